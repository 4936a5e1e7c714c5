"""Pages for people: what is in the sandbox, forms that steer it, and where the links of e-mails lead."""
