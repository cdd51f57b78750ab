### The entry permit. Keys begin with permit-.
