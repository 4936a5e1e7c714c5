"""The work of a hired worker for a client, from hire to completion, and the messages and reviews of both."""
