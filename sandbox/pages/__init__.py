"""Pages for developers: the sandbox's objects, forms that control it, and the targets of links in e-mails."""
