"""Live views: what follows a program while it runs. `panel` stands below its output, `tail` finds the newest events cheaply."""
