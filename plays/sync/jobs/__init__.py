"""The only writer of a job: enqueue, complete, fail, postpone, retry, cancel, move, wake."""
