### Errands. Keys begin with errands-.
