### Notices, channels, problems. Keys begin with notices-.

# channel.html
notices-sending-it = Sending it
notices-a-real-message-is-sent = A real message is sent; the page shows what the provider says to it, word for word.
notices-no-message-has-gone-this = No message has gone this way yet.
notices-remove-this-channel = Remove this channel…
notices-secrets-are-never-shown-left = Secrets are never shown; left empty they stay.
notices-send-a-test = Send a test
notices-sent-lately = Sent lately
notices-settings = Settings

# channel_kinds.html
notices-add-a-channel = Add a channel
notices-problems-and-notices = Problems and notices
notices-where-messages-go = Where messages go

# channel_new.html
notices-once-saved-it-can-be = Once saved it can be tested; the page shows what the provider said.

# channel_remove.html
notices-its-settings-and-secrets = Its settings and secrets
notices-messages-still-queued-to-go = Messages still queued to go this way
notices-not-sent = Not sent
notices-remove-channel = Remove channel
notices-remove-this-channel-2 = Remove this channel?
notices-this-is-the-last-channel = This is the last channel. Without it, what waits for you is seen on these pages only and no message reaches a phone.
notices-what-was-sent-before = What was sent before

# notices.html
notices-add-a-channel-2 = Add a channel
notices-newest-first-whether-each-channel = Newest first; whether each channel took it is told in the provider’s own words
notices-none-has-failed = None has failed.
notices-none-yet = None yet.
notices-not-sent-2 = Not sent
notices-there-is-no-channel-yet = There is no channel yet; no message reaches a phone.

# problems.html
notices-add-one = Add one
notices-all-of-them = All of them
notices-daiban-asks-with-restraint-a = daiban asks with restraint: a pause between two looks, so many a day, and none while a service has had enough. A look that was held is in the history of its errand.
notices-in-the-settings-file = in the settings file.
notices-no-problems = No problems
notices-nothing = { "" }
notices-nothing-sent-yet = nothing sent yet
notices-problems-they-go-away-once = problems; they go away once mended
notices-set-by = Set by
notices-test = Test
notices-there-is-no-account-and = There is no account, and nothing was looked at.
notices-there-is-none-messages-are = There is none; messages are seen here only.

# channels.rs
notices-a-message-that-is-gone = a message that is gone
notices-not-now-try-again-in = Not now; try again in a while. It said:
notices-not-sent-the-channels-settings = Not sent; the channel’s settings must be mended. It said:
notices-sent-and-taken-it-said = Sent and taken. It said:

# notices.rs
notices-a-removed-channel = a removed channel
notices-next-at = next at

# problems.rs
notices-mended-look-now = Mended: look now
notices-resume = Resume
notices-see-when-it-goes-on = See when it goes on
notices-sign-in-again = Sign in again
