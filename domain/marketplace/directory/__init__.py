"""Find workers for a job, and jobs for a worker."""
