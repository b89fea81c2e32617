"""The mailbox room: mail comes in, is read and judged; answers go out exactly once.

It turns raw bytes into a `Message` (`mime`), cuts the body by who wrote it (`segments`), says
whether the writer may ask anything (`gate`), keeps in step with Gmail (`sync`), and sends over a
protocol that never sends twice (`outbox`). It must not know what a task or a plan is, nor how
anything is stored.
"""
