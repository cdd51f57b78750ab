### Today. Keys begin with today-.
