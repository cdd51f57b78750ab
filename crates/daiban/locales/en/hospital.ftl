### Doctors. Keys begin with hospital-.
