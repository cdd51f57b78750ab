### Accounts. Keys begin with accounts-.
