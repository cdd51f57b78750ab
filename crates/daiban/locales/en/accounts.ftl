### Accounts. Keys begin with accounts-.

# account.html
accounts-change-token-and-settings = Change token and settings
accounts-go-on-signing-in = Go on signing in
accounts-last-worked = Last worked
accounts-name = Name
accounts-never = never
accounts-remove-this-account = Remove this account…
accounts-save-it-try-later = Save it, try later
accounts-secrets-are-never-shown-left = Secrets are never shown; left empty they stay. New ones are tried first and take their place only if they work.
accounts-shared-with-the-household-use = Shared with the household: use it and answer its asks; only its owner changes or removes it.
accounts-sign-in-so = Sign in so
accounts-signed-in = Signed in
accounts-step-by-step = Step by step
accounts-until = Until

# account_kept.html
accounts-secrets-typed-just-now-are = Secrets typed just now are kept for 15 minutes; left empty they are used.

# account_new.html
accounts-add-an-account = Add an account:{ " " }
accounts-have-at-hand = Have at hand
accounts-more-settings = More settings
accounts-other-ways = Other ways
accounts-such-as-whose-or-which = Such as whose, or which car's
accounts-what-is-wrong-is-pointed = What is wrong is pointed out, and nothing is stored then. Secrets are sealed on this machine; no page and no log shows them.

# account_remove.html
accounts-already-done = Already done
accounts-cancelled = Cancelled
accounts-errands = errands
accounts-remove-account = Remove account
accounts-remove-this-account-2 = Remove this account?
accounts-stays-tickets-bookings-and-permits = Stays: tickets, bookings and permits are yours
accounts-stored-passwords-tokens-and-its = Stored passwords, tokens and its sign-in

# account_share.html
accounts-members-see-it-its-errands = Members see it, its errands and who is in it, use it and answer its asks; they see where the car is and may send it commands. Only you change or remove it.
accounts-save = Save
accounts-share-this-account = Share this account
accounts-share-with-the-household = Share with the household

# account_untried.html
accounts-it-could-not-be-tried = It could not be tried out, and nothing was stored.
accounts-whether-it-works-is-not = Whether it works is not known. Try again, or save it and try later.

# accounts.html
accounts-accounts = accounts
accounts-go-on = Go on
accounts-new-token = New token
accounts-passwords-and-tokens-are-sealed = Passwords and tokens are sealed on this machine; no page and no log shows them.
accounts-to-sign-in-again = to sign in again

# accounts/guide.rs
accounts-12306-sends-a-text-message = 12306 sends a text message to the account's phone, and you type its code
accounts-a-fresh-auth-code-and = a fresh auth code and the signing key; a code is good once
accounts-a-phone-with-the-12306 = a phone with the 铁路12306 app, signed in as yourself
accounts-a-tool-that-shows-your = a tool that shows your own phone's requests; without one use the mini-program form
accounts-a-tool-that-shows-your-2 = a tool that shows your own phone's requests, and the signing key: none comes with daiban
accounts-adding-asks-nothing-and-costs = adding asks nothing and costs nothing; the first query tells whether the secret is right
accounts-an-account-at-storeapi-net = an account at storeapi.net with the traffic fines product 65/173, about 0.14 yuan a call; its own page doubts that it stays on sale
accounts-an-account-of-the-makers = an account of the maker's app, best a second one with which the car is shared: the same account signs the phone out
accounts-copy-access-token-and-refresh = copy access token and refresh token from the answer to a sign-in or renewal, userId and x-client-id from the requests
accounts-daiban-shows-you-a-picture = daiban shows you a picture, and you type what it says
accounts-daiban-shows-you-a-picture-2 = daiban shows you a picture; once you have read it 114 sends a message
accounts-does-not-run-out-by = does not run out by itself
accounts-fill-in-name-id-number = fill in name, ID number and phone; the address with port 1443
accounts-fill-in-plate-engine-number = fill in plate, engine number and frame number from the vehicle licence
accounts-fill-in-the-phone-registered = fill in the phone registered with 114
accounts-fill-in-the-signing-key = fill in the signing key; where it is base64, say so under more settings
accounts-find-a-request-to-jjz = find a request to jjz.jtgl.beijing.gov.cn and copy the value of its header Authorization
accounts-give-it-a-name-and = give it a name and go on to the code
accounts-look-at-the-port-of = look at the port of that address; where it is not the one below, fill it in
accounts-no-password-is-needed-here = no password is needed here
accounts-paste-it-below-and-try = paste it below and try it
accounts-scan-the-code-with-the = scan the code with the 铁路12306 app and confirm there
accounts-sign-in-at-the-provider = sign in at the provider, open "my applications", copy appid and secret
accounts-start-the-tool-on-your = start the tool on your phone, then open the 北京交警 app or mini-program, sign in, and go to the permit page
accounts-start-the-tool-on-your-2 = start the tool on your phone, then open the maker's app and look at the car
accounts-the-people-you-buy-for = the people you buy for, verified at 12306
accounts-the-phone-registered-with-114 = the phone registered with 114, to get its message
accounts-the-service-does-not-say = the service does not say; you are told as soon as it is lost
accounts-the-user-name-at-12306 = the user name at 12306 (neither phone nor e-mail), the password and the last four of the ID number: all three
accounts-the-vehicle-licence-plate-engine = the vehicle licence: plate, engine number, frame number
accounts-then-sign-in-daiban-exchanges = then sign in: daiban exchanges it for tokens
accounts-then-the-code-of-the = then the code of the text message
accounts-to-know-since-8-dec = to know: since 8 Dec 2023 114 says that booking on its web page is closed; whether this books depends on that
accounts-try-it-daiban-lists-the = try it: daiban lists the cars once, and renews the tokens by itself from then on
accounts-type-the-six-digits-in = type the six digits in it
accounts-where-it-gives-you-an = where it gives you an address of your own, fill it in under more settings
accounts-where-it-wants-a-slider = where it wants a slider, the QR code is used: daiban slides nothing
accounts-your-own-account-with-the = your own 北京交警 account with the car in it

# accounts/mod.rs
accounts-in-order = In order
accounts-not-signed-in-yet = Not signed in yet
accounts-scan-to-sign-in = Scan to sign in
accounts-sign-in-again = Sign in again
accounts-tried-it-works = Tried; it works.

# accounts/new.rs
accounts-add-it = Add it
accounts-add-it-and-scan = Add it and scan
accounts-add-it-and-sign-in = Add it and sign in
accounts-try-it-then-save = Try it, then save
