### Cars. Keys begin with vehicle-.

# car.html
vehicle-ask-for-it = Ask for it
vehicle-commands = Commands
vehicle-fuel-and-kilometres = Fuel and kilometres
vehicle-let-daiban-watch-the-car = Let daiban watch the car: fuel, kilometres and the 12 V battery are recorded and drawn here.
vehicle-next-look = next look
vehicle-none-yet = None yet.
vehicle-not-asked-for-yet = Not asked for yet.
vehicle-nothing-is-recorded-yet-it = Nothing is recorded yet; it is drawn here once the car reports.
vehicle-the-watch = The watch
vehicle-watch-this-car = Watch this car
vehicle-which-car = Which car

# car_chart.html
vehicle-dashed-days-are-not-known = Dashed days are not known.
vehicle-where-the-line-is-broken = Where the line is broken there was no reading.

# car_commands.html
vehicle-a-command-counts-once-the = A command counts once the car answers. Without an answer it says “not confirmed”; it is never taken as done and never sent again by itself.
vehicle-asks-the-cloud-the-car = asks the cloud; the car sleeps on
vehicle-commands-2 = Commands
vehicle-has-it-report-at-the = has it report, at the cost of a little 12 V battery; look again some seconds later
vehicle-look = Look
vehicle-sending-it-to-the-car = Sending it to the car
vehicle-wake = Wake
vehicle-wake-it = Wake it

# car_live.html
vehicle-at-most = at most
vehicle-just-now = Just now
vehicle-longer-than-usual-still-waiting = longer than usual, still waiting
vehicle-on-its-way = On its way
vehicle-s = s
vehicle-the-car = The car
vehicle-the-car-warns = The car warns:{ " " }
vehicle-this-car-has-not-been = This car has not been looked at yet; nothing is known.

# car_order.html
vehicle-all-that-happened = All that happened
vehicle-given-at = Given at
vehicle-stops-by-itself = Stops by itself

# car_picture.html
vehicle-the-car-from-above = The car from above

# car_readings.html
vehicle-more-readings = More readings
vehicle-none-yet-press-look = None yet. Press “Look”.
vehicle-on-the-map = On the map
vehicle-position = Position
vehicle-readings = Readings
vehicle-values-that-were-not-understood = Values that were not understood:{ " " }

# car_sim.html
vehicle-left = left
vehicle-left-2 = Left
vehicle-of = Of
vehicle-package = Package
vehicle-packages = Packages
vehicle-until = Until

# car_watch.html
vehicle-not-looked-at-yet-it = Not looked at yet; it is drawn here then.
vehicle-the-cars-page = The car’s page

# cars.html
vehicle-add-a-lynk-co-account = Add a Lynk & Co account
vehicle-no-car-yet = No car yet
vehicle-once-there-is-a-lynk = Once there is a Lynk & Co account, doors, windows, tyres and fuel are drawn here, and the car can be locked, found, started.

# vehicle/areas.rs
vehicle-give-the-place-a-name = give the place a name without colons, commas and semicolons
vehicle-write-latitude-longitude-such-as = write latitude,longitude, such as 39.9087,116.3975

# vehicle/chart.rs
vehicle-last-of-the-day = last of the day

# vehicle/commands.rs
vehicle-agreed = Agreed
vehicle-asked-for = Asked for
vehicle-both = both
vehicle-by-the-report-of = By the report of
vehicle-horn = horn
vehicle-how = how
vehicle-it-does-not-count-as = It does not count as done and is not sent again. Look at the car, or wake it and look here.
vehicle-known = Known
vehicle-lights = lights
vehicle-min = min
vehicle-minutes = minutes
vehicle-sent = Sent

# vehicle/days.rs
vehicle-distance = distance
vehicle-kilometres-by-day-14-days = kilometres by day, 14 days
vehicle-not-driven-on-days-that = Not driven on days that were seen.

# vehicle/facts.rs
vehicle-card = Card
vehicle-days-left = Days left
vehicle-in-all = In all
vehicle-of-unknown-age = of unknown age
vehicle-the-card-ends = The card ends
vehicle-until-2 = Until
vehicle-used = Used

# vehicle/page.rs
vehicle-asking-for-the-data-of = Asking for the data of the SIM card
vehicle-asking-the-cloud = Asking the cloud
vehicle-not-looked-at-yet = not looked at yet
vehicle-waking-the-car = Waking the car

# vehicle/picture.rs
vehicle-bonnet = bonnet ?
vehicle-bonnet-2 = bonnet
vehicle-bonnet-open = bonnet open
vehicle-bonnet-shut = bonnet shut
vehicle-boot = boot ?
vehicle-boot-2 = boot
vehicle-boot-open = boot open
vehicle-boot-shut = boot shut
vehicle-boot-unlocked = boot unlocked
vehicle-door = door ?
vehicle-door-open = door open
vehicle-doors = doors
vehicle-front-at-the-top = Front at the top
vehicle-lock = lock ?
vehicle-open = open
vehicle-sunroof = sunroof
vehicle-the-car-warns-2 = the car warns
vehicle-tyres = tyres
vehicle-unlocked = unlocked
vehicle-warns = { " " }(warns)
vehicle-window = window ?
vehicle-window-open = window open
vehicle-window-shut = window shut
vehicle-windows = windows

# vehicle/place.rs
vehicle-datum-unknown-may-be-off = datum unknown, may be off by hundreds of metres
vehicle-known-2 = known
vehicle-the-car-does-not-say = the car does not say whether to trust it
vehicle-the-car-does-not-tell = the car does not tell
vehicle-the-car-marks-it-as = the car marks it as not trusted

# vehicle/readings.rs
vehicle-12-v-battery = 12 V battery
vehicle-average-speed = Average speed
vehicle-charge = Charge
vehicle-charging = charging
vehicle-charging-2 = Charging
vehicle-charging-flap = Charging flap
vehicle-consumption = Consumption
vehicle-coolant = Coolant
vehicle-electric-range = Electric range
vehicle-engine = Engine
vehicle-fuel = Fuel
vehicle-fuel-flap = Fuel flap
vehicle-gear = Gear
vehicle-hand-brake = Hand brake
vehicle-inside = Inside
vehicle-key = Key
vehicle-last-drive = Last drive
vehicle-not-charging = not charging
vehicle-not-plugged-in = not plugged in
vehicle-odometer = Odometer
vehicle-outside = Outside
vehicle-parking-brake = Parking brake
vehicle-plugged-in = plugged in
vehicle-pm2-5-inside = PM2.5 inside
vehicle-pm2-5-outside = PM2.5 outside
vehicle-range = Range
vehicle-service = Service
vehicle-speed = Speed
vehicle-sun-blind = Sun blind
vehicle-sunroof-2 = Sunroof
vehicle-the-car-does-not-say-2 = the car does not say when it reported this

# vehicle/words.rs
vehicle-do-not = Do not
vehicle-do-not-2 = Do not
vehicle-do-not-3 = Do not
vehicle-do-not-4 = Do not
vehicle-do-not-open-it-where = Do not open it where nobody watches it. Once sent it cannot be taken back.
vehicle-do-not-unlock-it-where = Do not unlock it where nobody watches it. Once sent it cannot be taken back.
vehicle-it-is-not-locked-the = It is not locked; the car stays as it is.
vehicle-it-is-not-started-nothing = It is not started; nothing is sent.
vehicle-it-stays-as-it-is = It stays as it is; nothing is sent.
vehicle-it-stays-locked-nothing-is = It stays locked; nothing is sent.
vehicle-leave-it = Leave it
vehicle-lock-it = Lock it
vehicle-never-start-it-in-a = Never start it in a garage or indoors: the fumes kill. Once sent it cannot be taken back.
vehicle-nothing-is-sent = Nothing is sent.
vehicle-open-the-boot = Open the boot
vehicle-open-them = Open them
vehicle-send-it = Send it
vehicle-start-it = Start it
vehicle-they-stay-as-they-are = They stay as they are; nothing is sent.
