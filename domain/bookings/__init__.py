"""The work that a client and a worker agreed on, from hire to completion, and what the two write about it."""
