"""What `worker` and `demo` run: processes of their own, watched, and ended to the last one."""
