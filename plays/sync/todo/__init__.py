"""ToDo pages: made for a Play once, linked from the shared pages, and read back."""
