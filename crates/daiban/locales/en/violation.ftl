### The fines service. Keys begin with violation-.
