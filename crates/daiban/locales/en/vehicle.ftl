### Cars. Keys begin with vehicle-.
