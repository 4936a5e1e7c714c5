"""Routes of admins, behind one guard: every route below `/admin` denies by default."""
