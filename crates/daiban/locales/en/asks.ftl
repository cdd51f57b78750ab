### What waits for a person. Keys begin with asks-.
