"""Pages: what goes on paper, set by Typst from data. No text of a mail or file is ever markup."""
