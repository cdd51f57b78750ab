### Notices, channels, problems. Keys begin with notices-.
