### Settings. Keys begin with settings-.
