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

# audit.html
settings-nothing-here-yet = Nothing here yet.
settings-refused = refused
settings-what-everybody-did-in-daiban = What everybody did in daiban. Kept for 400 days, refusals for 90; nobody can edit it.
settings-what-you-did-and-what = What you did, and what was done about your sign-in. Kept for 400 days; nobody can edit it.
settings-who-did-what = Who did what

# join.html
settings-join = Join
settings-join-this-household = Join this household
settings-name-and-password = Name and password
settings-the-link-works-once-until = { "." } The link works once, until
settings-you-will-be = You will be:

# more.html
settings-api-tokens = API tokens
settings-find-a-doctors-department = Find a doctor’s department
settings-language-name-password-two-step = Language, name, password, two-step
settings-people = People
settings-sessions = Sessions
settings-sign-out = Sign out
settings-train-tickets-left = Train tickets left
settings-waiting-for-you-and-earlier = Waiting for you, and earlier ones

# settings/general.html
settings-a-code-from-your-phone = A code from your phone besides the password; it protects the car too
settings-change-it = Change it
settings-change-password = Change password
settings-for-this-browser-only = For this browser only.
settings-language = Language
settings-new-password = New password
settings-present-password = Present password
settings-rename = Rename
settings-the-name-you-sign-in = The name you sign in with
settings-two-step-sign-in = Two-step sign-in

# settings/password_field.html
settings-your-password = Your password

# settings/sessions.html
settings-days-or = days, or
settings-days-without-use = days without use.
settings-end = End
settings-end-all-others = End all others
settings-last-used = last used
settings-since = since
settings-the-names-are-what-browsers = The names are what browsers say of themselves. One you do not know: end it, then change your password.
settings-they-end-after = They end after
settings-this-one = this one

# settings/tabs.html
settings-yourself = Yourself

# settings/tokens.html
settings-for-scripts-and-other-programs = For scripts and other programs, without a password
settings-for-what = For what
settings-it-may = It may
settings-make-one-2 = Make one
settings-revoke = Revoke
settings-the-new-token-shown-this = The new token, shown this once:

# settings/two_step.html
settings-1-scan-this-with-the = 1. Scan this with the authenticator:
settings-2-enter-the-six-digits = 2. Enter the six digits it shows now:
settings-begin = Begin
settings-besides-the-password-signing-in = Besides the password, signing in takes a code from your phone. It protects the car too: unlocking, starting, opening take one more.
settings-few-left-make-new-ones = Few left: make new ones.
settings-i-have-them = I have them
settings-it-is-on = It is on.
settings-leave-it = Leave it
settings-off = off
settings-on = on
settings-or-type-this-key-in = Or type this key in (time-based, 6 digits):
settings-other-sessions-are-over-the = Other sessions are over. The recovery codes below are shown this once; write them down and keep them at home: without the phone, each stands in for a code once.
settings-qr-code-the-key-for = QR code: the key for two-step sign-in
settings-recovery-codes = Recovery codes
settings-recovery-codes-left = Recovery codes left
settings-since-2 = Since
settings-state = State
settings-switch-it-off = Switch it off
settings-switch-it-off-2 = Switch it off
settings-switch-it-on = Switch it on
settings-switch-on = Switch on
settings-then-a-password-alone-signs = Then a password alone signs in, and unlocks and starts the car.
settings-you-need-an-authenticator-on = You need an authenticator on your phone, such as Microsoft Authenticator, Google Authenticator, or the phone’s own password manager.

# settings/users.html
settings-a-first-password = A first password
settings-add = Add
settings-good-for-three-days-and = Good for three days and once. They choose their own name and password.
settings-invite-somebody = Invite somebody
settings-keep-their-own = keep their own
settings-make-a-link = Make a link
settings-name-optional = Name (optional)
settings-no-name-yet = no name yet
settings-or-set-name-and-password = Or set name and password for them
settings-take-back = Take back
settings-the-invitations-link-shown-this = The invitation’s link, shown this once; send it on:
settings-they-may = They may
settings-until = until

# audit.rs
settings-a-session = a session
settings-api-token = API token
settings-channel = channel
settings-command-line = command line
settings-link = link
settings-setting = setting
settings-somebody-else = somebody else
settings-somebody-not-signed-in = somebody not signed in
settings-the-ask = the ask
settings-the-errand = the errand
settings-token = token
settings-web-page = web page

# join.rs
settings-ask-whoever-invited-you-for = { " " }Ask whoever invited you for another one.

# settings/general.rs
settings-half-set-up = half set up
settings-the-password-is-changed-other = The password is changed; other sessions are over.
settings-the-present-password-is-wrong = the present password is wrong

# settings/tokens.rs
settings-never-used = never used
settings-used = used

# settings/two_step.rs
settings-the-password-is-wrong = the password is wrong

# settings/users.rs
settings-locked-until = locked until

# settings/fresh_code.html
settings-look-only-takes-none = A token that only looks takes none.
settings-you-have-two-step-on = You have two-step sign-in on: this takes a code once more, then none for ten minutes.

# settings/member.html
settings-added = Added
settings-last-seen = Last seen
settings-remove-this-person = Remove this person
settings-the-only-admin-who-can = The only admin who can sign in: neither changed nor removed.

# settings/member_remove.html
settings-and = { ", " }
settings-ends-at-once = Ends at once
settings-known-browsers-two-step-recovery = Known browsers, two-step sign-in and recovery codes too; they cannot sign in any more.
settings-move-them-to-me = Move them to me
settings-remove-them-too = Remove them too
settings-sessions-and-tokens = { $sessions } sessions, { $tokens } API tokens
settings-their-channels-and-open-invitations = Their channels, and invitations they made that nobody has used
settings-their-errands-are-cancelled-passwords = Their errands are cancelled, stored passwords and tokens deleted. Tickets, bookings and permits that are done stay.
settings-they-own-accounts = They own { $count } accounts: what becomes of them
settings-with-their-errands-which-go = With their errands, which go on and tell me.

# settings/recovery.html
settings-make-new-recovery-codes = Make new recovery codes
settings-ten-new-codes-take-the = { $count } are left now. Ten new ones take their place; the old ones end.
settings-the-old-ones-are-over = The old ones are over.
settings-these-are-shown-this-once = These are shown this once; write them down and keep them at home: without the phone, each stands in for a code once.

# settings/member.rs
settings-locked = locked
settings-not-known = not known
settings-not-signed-in-anywhere = not signed in anywhere
settings-signed-in = signed in
