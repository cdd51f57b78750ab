### Settings. Keys begin with settings-.

# settings/backup.html
settings-backup = Backup
settings-copy-daiban-db-and-daiban = Copy daiban.db, and daiban.db-wal too if it is still there.
settings-copy-daiban-key-to-a = Copy daiban.key to a different place.
settings-everything-is-in-memory-and = Everything is in memory and gone when the program ends; there is nothing to back up.
settings-how-to-copy-safely = How to copy safely
settings-in-this-directory = In this directory:
settings-last-written = last written
settings-only-restoring-it-shows-whether = Only restoring it shows whether a copy is good: start it on another machine, but never let two of them work at once.
settings-other-files = { $count ->
    [one] { $count } other file beside them
   *[other] { $count } other files beside them
}
settings-others-on-this-machine-can = others on this machine can read it
settings-start-daiban-again-to-restore = Start daiban again. To restore, put both back into one directory and start it.
settings-stop-daiban-first-a-copy = Stop daiban first. A copy made while it runs may be torn.
settings-there-is-no-backup-command = There is no backup command yet; copies are made by hand.
settings-together = { $size } together
settings-together-free = { $size } together · { $free } free on the disk
settings-tokens-names-and-what-was = Tokens, names and what was said about you are sealed in the data with this key. Without it nobody can open them, not even we; with another key daiban does not start.
settings-what-to-copy = What to copy
settings-whoever-finds-both-together-has = Whoever finds both together has your sign-ins. Apart, losing one gives nothing away.
settings-why-both-and-why-apart = Why both, and why apart

# settings/diagnostics.html
settings-accounts-and-errands-as-numbers = Accounts and errands as numbers and states, without names; what happened lately as kinds and error codes, without words
settings-diagnostics = Diagnostics
settings-download-as-a-file = Download as a file
settings-how-large-the-data-is = How large the data is, how much of the disk is free, how many rows there are
settings-how-late-the-engine-runs = How late the engine runs, how often each service was asked today, whether one is left alone
settings-it-is-made-on-this = It is made on this machine and sent nowhere.
settings-made-just-now = Made just now
settings-make-another = Make another
settings-make-one = Make one
settings-no-names-plates-identity-numbers = No names, plates, identity numbers, phones, places, VINs, tokens or passwords. Should you find one, do not send it; tell us which line it was.
settings-read-it-to-the-end = Read it to the end, then select all and copy
settings-the-last-300-lines-of = The last 300 lines of the log, with known secrets taken out
settings-to-go-with-a-bug = To go with a bug report. Read it before you send it.
settings-version-system-settings-secrets-and = Version, system, settings (secrets and the addresses and paths you typed are masked)
settings-wechat-downloads-nothing-copy-it = WeChat downloads nothing; copy it there. The file is made anew, seconds later than the one above.
settings-what-is-in-it = What is in it

# settings/backup.rs
settings-the-data = the data
settings-the-key = the key
settings-the-newest-changes-not-yet = the newest changes, not yet in the data
settings-time-unknown = time unknown
