"""What is due: days of Plays and of tasks on their ToDo pages, on screen and as iCalendar."""
