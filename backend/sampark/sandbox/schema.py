"""The sandbox's tables, in one SQLite file."""

TABLES = """
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (
    email TEXT PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    history_id INTEGER NOT NULL,
    history_floor INTEGER NOT NULL,
    watch_topic TEXT NOT NULL DEFAULT '',
    watch_labels TEXT NOT NULL DEFAULT '[]',
    watch_expires INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS aliases (
    email TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    display_name TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    thread_id TEXT NOT NULL,
    history_id INTEGER NOT NULL,
    internal_date INTEGER NOT NULL,
    size INTEGER NOT NULL,
    snippet TEXT NOT NULL,
    rfc_id TEXT NOT NULL,
    base_subject TEXT NOT NULL,
    has_attachment INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_by_date ON messages (account, internal_date, seq);
CREATE INDEX IF NOT EXISTS messages_by_thread ON messages (account, thread_id, internal_date, seq);
CREATE INDEX IF NOT EXISTS messages_by_rfc_id ON messages (account, rfc_id);
CREATE TABLE IF NOT EXISTS contents (message INTEGER PRIMARY KEY, raw BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS message_labels (
    place INTEGER PRIMARY KEY,
    message INTEGER NOT NULL,
    account TEXT NOT NULL,
    label TEXT NOT NULL,
    UNIQUE (message, label)
);
CREATE INDEX IF NOT EXISTS message_labels_by_label ON message_labels (account, label, message);
CREATE TABLE IF NOT EXISTS addresses (
    message INTEGER NOT NULL,
    field TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS addresses_by_address ON addresses (address, field, message);
CREATE INDEX IF NOT EXISTS addresses_by_message ON addresses (message);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    sender, receivers, cc, bcc, subject, list, files, body
);
CREATE TABLE IF NOT EXISTS labels (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    message_list TEXT NOT NULL,
    label_list TEXT NOT NULL,
    background TEXT NOT NULL,
    text_color TEXT NOT NULL,
    PRIMARY KEY (account, id)
);
CREATE TABLE IF NOT EXISTS drafts (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    message INTEGER NOT NULL UNIQUE
);
CREATE TABLE IF NOT EXISTS history (
    account TEXT NOT NULL,
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    gmail_id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    labels TEXT NOT NULL,
    changed TEXT NOT NULL,
    PRIMARY KEY (account, id)
);
CREATE TABLE IF NOT EXISTS undeliverable (
    place INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    gmail_id TEXT NOT NULL,
    recipient TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS oauth_codes (
    code TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    challenge TEXT NOT NULL,
    method TEXT NOT NULL,
    until REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS oauth_grants (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    client_id TEXT NOT NULL,
    scopes TEXT NOT NULL,
    refresh_token TEXT UNIQUE,
    revoked INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS oauth_tokens (
    token TEXT PRIMARY KEY,
    grant_id INTEGER NOT NULL,
    until REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS topics (name TEXT PRIMARY KEY, policy TEXT NOT NULL DEFAULT '{}');
CREATE TABLE IF NOT EXISTS subscriptions (
    name TEXT PRIMARY KEY,
    topic TEXT NOT NULL,
    body TEXT NOT NULL,
    pushes INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS deliveries (
    place INTEGER PRIMARY KEY,
    subscription TEXT NOT NULL,
    message_id TEXT NOT NULL,
    data TEXT NOT NULL,
    attributes TEXT NOT NULL,
    published REAL NOT NULL,
    available REAL NOT NULL,
    ack_id TEXT,
    attempts INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS deliveries_by_subscription ON deliveries (subscription, available);
CREATE TABLE IF NOT EXISTS announced (account TEXT PRIMARY KEY, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS push_faults (
    place INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    left INTEGER NOT NULL,
    seconds REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS signing_keys (id TEXT PRIMARY KEY, pem TEXT NOT NULL);
"""

MAIL_TABLES = (
    "messages",
    "contents",
    "message_labels",
    "addresses",
    "words",
    "labels",
    "drafts",
    "history",
    "undeliverable",
    "deliveries",
    "announced",
    "push_faults",
)
"""What `reset` empties; accounts, their tokens, aliases and counters stay."""
