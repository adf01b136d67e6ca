"""The console as people see it: in Chromium, with and without scripts, by mouse and by keyboard."""
