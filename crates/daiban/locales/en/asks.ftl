### What waits for a person. Keys begin with asks-.

# ask.html
asks-deadline = Deadline
asks-if-you-say-nothing = If you say nothing
asks-left = Left
asks-one-was-sent-just-now = One was sent just now; another can be sent in
asks-save-the-picture = Save the picture
asks-send = Send
asks-start-over = Start over
asks-the-code-from-the-message = The code from the message
asks-the-picture-to-read = The picture to read
asks-undo-the-last = Undo the last
asks-what-the-picture-says = What the picture says
asks-why-you = Why you
asks-your-answer = Your answer

# ask_card.html
asks-time-left = time left

# ask_code.html
asks-the-code-on-your-phone = The code on your phone (for a yes)
asks-you-have-two-step-sign = You have two-step sign-in on: unlocking, starting and opening the car take a code.

# ask_live.html
asks-a-fresh-one-follows-by = ; a fresh one follows by itself
asks-go-on = Go on
asks-this-code-is-good-for = This code is good for

# ask_points.html
asks-across = Across
asks-add-this-place = Add this place
asks-cannot-tap-type-the-place = Cannot tap? Type the place
asks-down = Down
asks-in-pixels-from-the-top = In pixels from the top left; the picture measures
asks-tap-places-on-the-picture = Tap places on the picture
asks-tap-the-picture-in-order = Tap the picture in order, then send.
asks-tapped = Tapped

# ask_qr.html
asks-it-has-a-camera-scan = It has a camera: scan this to open it
asks-leave-it = Leave it
asks-open-it-on-another-screen = Open it on another screen
asks-open-this-address-on-a = Open this address on a computer or tablet, then scan the code there with the app. It ends with the sign-in.
asks-press-the-picture-long-to = Press the picture long to save it, then scan it from your pictures
asks-pressing-it-is-not-needed = Pressing it is not needed: daiban asks every two seconds.
asks-qr-code = QR code
asks-scanned = Scanned
asks-the-address-of-this-page = The address of this page
asks-this-address-opens-on-this = This address opens on this machine only.
asks-with-this-very-phone = With this very phone

# asks.html
asks-earlier = Earlier
asks-newer = Newer
asks-there-is-nothing-for-you = There is nothing for you to do now.

# asks/ended.rs
asks-a-fresh-code = A fresh code
asks-answered = answered
asks-answered-2 = answered.
asks-answered-no = answered no.
asks-answered-yes = answered yes.
asks-begin-again = Begin again
asks-no = no
asks-no-longer-needed = no longer needed.
asks-nobody-answered = nobody answered
asks-nobody-had-answered-in-time = nobody had answered in time: it counts as no.
asks-nobody-had-answered-in-time-2 = nobody had answered in time.
asks-not-needed = not needed
asks-over-a-fresh-one-took = over; a fresh one took its place.
asks-replaced = replaced
asks-signed-in = signed in
asks-signed-in-this-step-is = signed in; this step is no longer needed.
asks-yes = yes

# asks/onward.rs
asks-nothing-was-entered = nothing was entered
asks-that-is-not-on-the = That is not on the picture; it was not taken.
asks-the-new-picture-is-not = the new picture is not there yet; reload this page in a few seconds
asks-there-is-no-fresh-one = there is no fresh one for this
asks-there-is-no-other-picture = there is no other picture

# asks/parts.rs
asks-confirm-on-the-phone = confirm on the phone
asks-confirm-on-the-phone-and = Confirm on the phone and it is done.
asks-scan = scan
asks-scanned-2 = Scanned
asks-signed-in-2 = signed in
asks-this-changes-by-itself-nothing = This changes by itself; nothing more to press.
asks-this-step-is-over = This step is over
asks-waiting-for-you = Waiting for you
asks-waiting-for-your-scan = Waiting for your scan

# asks/view.rs
asks-choose-the-picture-just-saved = choose the picture just saved, confirm, and come back here
asks-hard-to-read-another-one = Hard to read: another one
asks-no-2 = No
asks-none-came-read-another-picture = None came: read another picture
asks-open-the-12306-app-and = open the 铁路12306 app and tap 扫一扫 (scan) at the top right
asks-open-the-services-own-app = open the service's own app and find its scanner
asks-picture = picture
asks-save-the-code-above-among = save the code above among your pictures
asks-text-message = text message
asks-yes-2 = Yes
