//! A car's owner and everything of theirs that must be read nowhere: numbers, tokens, the signing key, where the car
//! stands. Every way to use the service and every way it may fail, and then whatever daiban says of itself is searched.

use std::{cell::RefCell, fs, process::Output};

use daiban_sim::{Car, CarOwner, CarState, CarTokens, VehicleSaid};

use super::{
    canaries::{forms, found},
    *,
};

const VIN: &str = "LCANARY04E0004217";
/// Everything but the last four characters: what may be shown is those alone.
const VIN_BUT_FOUR: &str = "LCANARY04E000";
const ICCID: &str = "89861122334455667788";
const USER_ID: &str = "7704213";
const CLIENT_ID: &str = "CANARYCLIENT0042";
const APP_SECRET: &str = "canary/made+up=key-0123456789abc";
const AUTH_CODE: &str = "700000000000000042";
const CAR_PLATE: &str = "冀R0D042";
const LAT: f64 = 39.98765;
const LON: f64 = 116.30472;

/// As people, as the service, and as maps of China write the place.
const PLACES: [&str; 6] = [
    "39.987",
    "116.304",
    "143955540",
    "418696992",
    "39.988",
    "116.310",
];

/// Where something was said, and what.
type Said = (String, String);

fn first_tokens() -> CarTokens {
    CarTokens {
        access_token: "canary/access+token=1".to_owned(),
        refresh_token: "canary/refresh+token=1".to_owned(),
        expires_at_ms: 0,
    }
}

/// The world of the story: one owner, one car, and daiban pointed at them.
struct Garage {
    world: World,
    /// Values that are sealed and shown to nobody, tokens of every renewal among them.
    sealed: RefCell<Vec<String>>,
}

impl Garage {
    fn new() -> Self {
        let world = World::new();
        let tokens = first_tokens();
        world.sim.add_car_owner(CarOwner {
            user_id: USER_ID.to_owned(),
            client_id: CLIENT_ID.to_owned(),
            app_secret: APP_SECRET.to_owned(),
            access_token: tokens.access_token.clone(),
            refresh_token: tokens.refresh_token.clone(),
            ..CarOwner::default()
        });
        world.sim.add_car(Car {
            vin: VIN.to_owned(),
            plate: CAR_PLATE.to_owned(),
            owner: USER_ID.to_owned(),
            iccid: ICCID.to_owned(),
            state: CarState {
                lat: LAT,
                lon: LON,
                ..CarState::default()
            },
            ..Car::default()
        });
        world.sim.vehicle_rules(|rules| {
            (rules.effect_delay_s, rules.report_delay_s) = (1, 1);
        });
        let sealed = [APP_SECRET, CLIENT_ID, AUTH_CODE, ICCID].map(str::to_owned);
        let garage = Self {
            world,
            sealed: RefCell::new(sealed.into()),
        };
        garage.learn(&tokens);
        garage
    }

    /// Tokens that the service has given out.
    fn learn(&self, tokens: &CarTokens) {
        let CarTokens {
            access_token,
            refresh_token,
            ..
        } = tokens.clone();
        self.sealed
            .borrow_mut()
            .extend([access_token, refresh_token]);
    }

    fn learn_new_tokens(&self) -> CarTokens {
        let tokens = self.world.sim.car_tokens(USER_ID).unwrap();
        self.learn(&tokens);
        tokens
    }

    fn secrets(&self) -> Value {
        let tokens = first_tokens();
        json!({
            "access_token": tokens.access_token, "refresh_token": tokens.refresh_token, "user_id": USER_ID,
            "client_id": CLIENT_ID, "app_secret": APP_SECRET,
        })
    }

    /// What nobody may read who reads what daiban says of itself.
    fn canaries(&self) -> Vec<Vec<String>> {
        let places = PLACES.into_iter().map(forms);
        self.numbers().into_iter().chain(places).collect()
    }

    /// What nobody may read at all, the owner among them.
    fn numbers(&self) -> Vec<Vec<String>> {
        let sealed = self.sealed.borrow();
        let numbers = [VIN, VIN_BUT_FOUR, USER_ID].into_iter();
        let numbers = numbers.chain(sealed.iter().map(String::as_str));
        numbers.map(forms).collect()
    }

    fn said_nothing(said: &[Said], canaries: &[Vec<String>]) {
        let mut told = Vec::new();
        for (about, text) in said {
            let leaks = canaries.iter().filter(|forms| found(text, forms).is_some());
            told.extend(leaks.map(|forms| format!("{about}: {}", around(text, forms))));
        }
        assert!(told.is_empty(), "{} told: {told:#?}", told.len());
    }

    /// The log of `serve` by its lines, without their moments, which are numbers too.
    fn log(&self) -> Vec<Said> {
        let log = fs::read(self.world.log_file()).unwrap();
        let after = |line: &str| line.split_once(' ').map_or("", |(_, rest)| rest).to_owned();
        let lines = text(&log).lines().map(after).collect::<Vec<_>>();
        lines
            .into_iter()
            .map(|line| ("log".to_owned(), line))
            .collect()
    }

    /// Nothing of it lies in the data directory in the clear.
    fn keeps_it_sealed(&self) {
        let mut looked = 0;
        for file in fs::read_dir(self.world.home.data_dir()).unwrap() {
            let path = file.unwrap().path();
            let Ok(bytes) = fs::read(&path) else { continue };
            looked += bytes.len();
            for form in self.canaries().into_iter().flatten() {
                assert!(!holds(&bytes, &form), "{form} in {}", path.display());
            }
        }
        assert!(looked > 10_000, "the database was among the files");
    }
}

/// Some words on either side of what was found.
fn around(text: &str, forms: &[String]) -> String {
    let at = found(text, forms).and_then(|form| text.find(&form));
    let from = text.floor_char_boundary(at.unwrap_or_default().saturating_sub(120));
    let to = text.ceil_char_boundary(at.unwrap_or_default() + 120);
    text[from..to.min(text.len())].to_owned()
}

/// `daiban serve`, and everything that was said that ought to be silent.
struct Listener<'g> {
    garage: &'g Garage,
    serve: Serve<'g>,
    account: String,
    /// Where nothing of it may stand.
    said: RefCell<Vec<Said>>,
    /// What its owner is told: where it is, but no number.
    told: RefCell<Vec<Said>>,
}

impl<'g> Listener<'g> {
    fn new(garage: &'g Garage) -> Self {
        let serve = garage.world.serve();
        let new = json!({
            "service": "vehicle", "name": "车", "settings": { "vin": VIN }, "secrets": garage.secrets(),
        });
        let row = serve.post("/accounts", &new);
        assert_eq!(row["state"], "ready", "{row}");
        let account = id(&row);
        let listener = Self {
            garage,
            serve,
            account,
            said: RefCell::default(),
            told: RefCell::default(),
        };
        listener.note("account", &row.to_string());
        listener
    }

    fn note(&self, about: &str, text: &str) {
        let said = (about.to_owned(), text.to_owned());
        self.said.borrow_mut().push(said);
    }

    fn car(&self, path: &str) -> String {
        format!("/api/v1/vehicle/{}/{path}", self.account)
    }

    /// An answer as text, whatever it is.
    fn fetch(&self, method: Method, path: &str, body: &str) -> (u16, String) {
        let world = self.serve.world;
        let url = format!("{}{path}", self.serve.url);
        let request = world.client.request(method, url).body(body.to_owned());
        let request = request.bearer_auth(&self.serve.token);
        world.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            let headers = format!("{:?}", answer.headers());
            (
                status,
                format!("{headers}\n{}", answer.text().await.unwrap()),
            )
        })
    }

    /// What must not work, and must not repeat what it was given either.
    fn fails(&self, method: Method, path: &str, body: &str, code: &str) {
        let about = format!("{method} {}", path.rsplit('/').next().unwrap_or_default());
        let (status, text) = self.fetch(method, path, body);
        let is_it = text.contains(&format!("\"code\":\"{code}\""));
        assert!(status >= 400 && is_it, "{about} {code}: {status} {text}");
        self.note(&format!("{about} {status}"), &text);
    }

    /// The car is looked at, and really seen.
    fn sees_the_car(&self) {
        let (status, value) = self
            .serve
            .ask(Method::GET, &self.car("status"), &Value::Null);
        assert_eq!(status, 200, "{value}");
        let near = |name: &str, there: f64| {
            (value["position"][name].as_f64().unwrap() - there).abs() < 0.000_01
        };
        assert!(near("lat", LAT) && near("lon", LON), "{value}");
        assert_eq!(value["vin"], "*************4217", "{value}");
        assert!(found(&value.to_string(), &forms(VIN_BUT_FOUR)).is_none());
    }

    fn tell(&self, command: &str) -> String {
        let body = json!({ "command": command });
        let (status, order) = self.serve.ask(Method::POST, &self.car("commands"), &body);
        assert_eq!(status, 202, "{order}");
        id(&order)
    }

    /// A command once it is in one of these states. A car that is slow to answer has three minutes.
    fn order(&self, id: &str, states: &[&str]) -> Value {
        let path = self.car(&format!("commands/{id}"));
        let deadline = Instant::now() + Duration::from_secs(200);
        loop {
            let (_, order) = self.serve.ask(Method::GET, &path, &Value::Null);
            if states.iter().any(|state| order["state"] == *state) {
                return order;
            }
            assert!(Instant::now() < deadline, "not {states:?}: {order}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// A command line beside `serve`: its log is always searched, its answer when it fails.
    fn run(&self, args: &[&str]) -> Output {
        let output = self.garage.world.home.run(args, "");
        let about = args.join(" ");
        self.note(
            &format!("{about}: stderr"),
            &without_moments(&output.stderr),
        );
        if !output.status.success() {
            self.note(&format!("{about}: stdout"), &text(&output.stdout));
        }
        output
    }

    /// The bundle for a bug report, of the running program and of a command.
    fn bundles(&self) {
        let bundle = self.serve.get("/diagnostics");
        assert_eq!(bundle["accounts"][0]["account"], "vehicle #1", "{bundle}");
        let log = bundle["log"].as_array().unwrap();
        assert!(log.len() > 100, "the log of serve is in it: {}", log.len());
        let printed = self.garage.world.home.json(&["diagnostics"], "", 0);
        assert_eq!(printed["data"]["files"][0]["name"], "daiban.db");
        for bundle in [&bundle, &printed] {
            let names = [CAR_PLATE, "\"车\""];
            for (about, text) in sections(bundle) {
                assert!(
                    !names.iter().any(|name| text.contains(name)),
                    "{about}: {text}"
                );
                self.note(&about, &text);
            }
        }
        let home = self.garage.world.home.dir.path().display().to_string();
        assert!(!bundle.to_string().contains(&home) && !printed.to_string().contains(&home));
    }

    /// Whatever daiban tells of itself to those who look after it.
    fn diagnostics(&self) {
        for path in [
            "/healthz",
            "/readyz",
            "/metrics",
            "/api/v1/problems",
            "/api/v1/outbox",
        ] {
            let (_, text) = self.fetch(Method::GET, path, "");
            self.note(path, &text);
        }
        self.bundles();
        for path in ["notices", "asks", "errands"] {
            let (_, text) = self.fetch(Method::GET, &format!("/api/v1/{path}"), "");
            self.told.borrow_mut().push((path.to_owned(), text));
        }
        let mut events = self.serve.get("/events");
        forget_wishes(&mut events);
        self.note("events", &events.to_string());
        let path = format!("/api/v1/accounts/{}", self.account);
        self.note("account", &self.fetch(Method::GET, &path, "").1);
        for args in [
            &["config", "dump"][..],
            &["config", "check"],
            &["doctor"],
            &["healthcheck"],
            &["account", "list"],
            &["car", "commands", &self.account],
            &["outbox", "list"],
        ] {
            let output = self.run(&[args, &["--json", "-vv"]].concat());
            self.note(&args.join(" "), &text(&output.stdout));
        }
    }
}

/// A bundle's sections by name, its log without the moments.
fn sections(bundle: &Value) -> Vec<Said> {
    let mut said = Vec::new();
    for (name, section) in bundle.as_object().unwrap() {
        let text = match section.as_array().filter(|_| name == "log") {
            Some(lines) => {
                let lines = lines.iter().map(|line| line.as_str().unwrap());
                without_moments(lines.collect::<Vec<_>>().join("\n").as_bytes())
            }
            None => section.to_string(),
        };
        said.push((format!("bundle: {name}"), text));
    }
    said
}

fn without_moments(log: &[u8]) -> String {
    let after = |line: &str| {
        line.split_once(' ')
            .map_or(line, |(_, rest)| rest)
            .to_owned()
    };
    text(log).lines().map(after).collect::<Vec<_>>().join("\n")
}

/// The car is not unlocked without a person's yes, who is shown where the car stands; nobody else is.
fn asked_about(listener: &Listener<'_>) {
    let serve = &listener.serve;
    let unlock = listener.tell("unlock");
    let asking = listener.order(&unlock, &["needs_you"]);
    listener.note("order", &asking.to_string());
    let asks = serve.list("/asks?state=open");
    let [ask] = &asks[..] else {
        panic!("{asks:?}");
    };
    assert!(
        found(&ask.to_string(), &PLACES.map(str::to_owned)).is_some(),
        "{ask}"
    );
    let no = json!({ "approve": false });
    serve.post(&format!("/asks/{}/answer", id(ask)), &no);
    let over = listener.order(&unlock, &["rejected"]);
    assert_eq!(over["code"], "denied", "{over}");
    listener.note("order", &over.to_string());
}

/// Everything that works: status, data, a renewal, a command.
fn in_good_times(listener: &Listener<'_>) {
    listener.sees_the_car();
    for path in ["cars", "data", "capabilities", "readings", "commands"] {
        let (status, text) = listener.fetch(Method::GET, &listener.car(path), "");
        assert_eq!(status, 200, "{path}: {text}");
        listener.note(path, &text);
    }
    let sim = &listener.garage.world.sim;
    assert!(sim.expire_car_token(USER_ID));
    listener.sees_the_car();
    let renewed = listener.garage.learn_new_tokens();
    assert_ne!(renewed.access_token, first_tokens().access_token, "renewed");

    let locked = listener.tell("lock");
    let over = listener.order(&locked, &["confirmed"]);
    listener.note("order", &over.to_string());
    let effects = sim.effects().into_iter().filter_map(|entry| entry.effect);
    assert!(
        effects.filter(|effect| effect.contains(VIN)).count() >= 1,
        "it was carried out"
    );
    let status = listener.run(&["car", "status", &listener.account, "--json", "-vv"]);
    assert!(status.status.success(), "{}", text(&status.stderr));
    assert!(
        text(&status.stdout).contains("39.987"),
        "a person sees where it is"
    );
}

/// What a person may get wrong, with all of it in what they type.
fn in_bad_requests(listener: &Listener<'_>) {
    let commands = listener.car("commands");
    let account = format!("/api/v1/accounts/{}", listener.account);
    let access = first_tokens().access_token;
    for command in [VIN, &access] {
        let body = json!({ "command": command }).to_string();
        listener.fails(Method::POST, &commands, &body, "invalid_input");
    }
    for body in [
        json!({ "command": "unlock", "args": { "minutes": VIN } }).to_string(),
        json!({ "command": "unlock", "args": access }).to_string(),
        json!({ "command": "lock", "car": VIN }).to_string(),
        json!({ "command": { "vin": VIN } }).to_string(),
        json!([VIN, access]).to_string(),
        format!("{{\"command\":\"{VIN}"),
        VIN.to_owned(),
    ] {
        listener.fails(Method::POST, &commands, &body, "invalid_input");
    }
    for query in [format!("car={VIN}"), format!("fresh={VIN}")] {
        let path = listener.car(&format!("status?{query}"));
        listener.fails(Method::GET, &path, "", "invalid_input");
    }
    let wrong_vin = format!("{VIN_BUT_FOUR}4218");
    for change in [
        json!({ "settings": { "vin": wrong_vin } }),
        json!({ "settings": { "vin": [VIN] } }),
        json!({ "settings": { "iccid": format!("{ICCID}\u{7}") } }),
        json!({ "secrets": access }),
        json!({ "secrets": { "access_token": [access] } }),
        json!({ "secrets": { "access_token": format!("Bearer {access}") } }),
        json!({ "secrets": { "user_id": format!("{USER_ID}/../{VIN}") } }),
        json!({ "secrets": { "app_secret": format!("{APP_SECRET}\u{7}") }, "settings": { "secret_encoding": "base64" } }),
    ] {
        listener.fails(
            Method::PATCH,
            &account,
            &change.to_string(),
            "invalid_input",
        );
    }
    let account = listener.account.as_str();
    for args in [
        &["car", "lock", account, "--car", VIN][..],
        &["car", "unlock", account, "--minutes", VIN],
    ] {
        let output = listener.run(&[args, &["--json"]].concat());
        assert!(!output.status.success(), "{args:?}");
    }
}

/// Codes, pages, cut lines, fields that are gone.
fn in_trouble(listener: &Listener<'_>) {
    let sim = &listener.garage.world.sim;
    let status = listener.car("status?fresh=true");
    let rename = FaultKind::Rename {
        from: "vehicleStatus".to_owned(),
        to: "carStatus".to_owned(),
    };
    for (kind, code) in [
        (FaultKind::Code(8160), "refused"),
        (FaultKind::Code(1445), "refused"),
        (FaultKind::Code(4242), "refused"),
        (FaultKind::Status500, "unreachable"),
        (FaultKind::Html, "unreachable"),
        (FaultKind::Reset, "unreachable"),
        (rename, "changed"),
    ] {
        sim.faults()
            .once("vehicle", "vehicle/status", When::Before, kind);
        listener.fails(Method::GET, &status, "", code);
    }
    let words = format!(
        "用户 {USER_ID} 的车 {VIN} 在 39.98765,116.30472，令牌 {}",
        first_tokens().access_token
    );
    sim.vehicle_rules(|rules| {
        let said = VehicleSaid {
            code: Some(json!("8160")),
            message: Some(words),
            ..VehicleSaid::default()
        };
        rules.say_once.insert("status".to_owned(), said);
    });
    listener.fails(Method::GET, &status, "", "refused");

    // Nobody hears whether this one was carried out.
    sim.faults()
        .once("vehicle", "telematics", When::After, FaultKind::Reset);
    let found = listener.tell("find");
    let over = listener.order(&found, &["unconfirmed"]);
    listener.note("order", &over.to_string());
    listener.sees_the_car();
}

/// Signed in on a phone, with tokens that are no good, with a code that is none, and at last with a good one.
fn signed_out(listener: &Listener<'_>) {
    let (sim, serve) = (&listener.garage.world.sim, &listener.serve);
    let account = format!("/accounts/{}", listener.account);
    assert!(sim.sign_in_elsewhere(USER_ID));
    listener.fails(Method::GET, &listener.car("status"), "", "sign_in_lost");
    listener.run(&["car", "status", &listener.account, "--json", "-vv"]);
    let body = json!({ "command": "lock" }).to_string();
    listener.fails(
        Method::POST,
        &listener.car("commands"),
        &body,
        "sign_in_lost",
    );
    let problems = serve.list("/problems");
    assert!(
        problems
            .iter()
            .any(|problem| problem.to_string().contains("sign_in")),
        "{problems:?}"
    );
    listener.diagnostics();

    let change = |secrets: Value| {
        let (_, text) = listener.fetch(
            Method::PATCH,
            &format!("/api/v1{account}"),
            &json!({ "secrets": secrets, "unchecked": true }).to_string(),
        );
        listener.note("new secrets", &text);
    };
    change(listener.garage.secrets());
    change(json!({ "auth_code": AUTH_CODE }));
    let sign_in = json!({ "way": "code" });
    let errand = serve.post(&format!("{account}/sign-in"), &sign_in)["errand"].clone();
    let failed = until("a code that is none", || {
        let row = serve.errand(errand.as_str().unwrap());
        (row["state"] == "failed").then_some(row)
    });
    listener.note("sign-in", &failed.to_string());
    assert!(sim.give_car_auth_code(USER_ID, AUTH_CODE));
    serve.post(&format!("{account}/sign-in"), &sign_in);
    until("signed in again", || {
        let row = serve.get(&account);
        (row["state"] == "ready").then_some(())
    });
    listener.garage.learn_new_tokens();
    listener.sees_the_car();
}

/// A watch over a car of which there is something to tell, with the place its owner named.
fn watched(listener: &Listener<'_>) {
    let serve = &listener.serve;
    let watch = |areas: String| {
        let wishes = json!({ "range_km": 900, "position_days": 30, "areas": areas });
        json!({ "kind": "vehicle.watch", "account": listener.account, "wishes": wishes })
    };
    let wrong = watch(format!("家:{LAT},{LON}")).to_string();
    listener.fails(Method::POST, "/api/v1/errands", &wrong, "invalid_input");
    let errand = id(&serve.post("/errands", &watch(format!("家:{LAT},{LON},300"))));
    until("the watch has seen it", || {
        let low = format!("errand/{errand}/fuel");
        let problems = serve.list("/problems");
        problems
            .iter()
            .any(|problem| problem["key"] == low)
            .then_some(())
    });
    let (_, readings) = serve.ask(Method::GET, &listener.car("readings"), &Value::Null);
    assert_eq!(readings[0]["car"], "4217", "{readings}");
    listener.note("readings", &readings.to_string());
    let mut why = listener.garage.world.why(&errand);
    assert!(why.to_string().contains("39.987"), "the owner's own wish");
    forget_wishes(&mut why);
    listener.note("why", &why.to_string());
    listener.diagnostics();
}

/// The place that owners name themselves is shown to them with their wishes; nothing else of an errand names it.
fn forget_wishes(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("wishes");
            fields.values_mut().for_each(forget_wishes);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_wishes),
        _ => {}
    }
}

/// Maintenance, and then a refusal that closes the service for half an hour.
fn shut_out(listener: &Listener<'_>) {
    let sim = &listener.garage.world.sim;
    let status = listener.car("status");
    sim.faults().set_switches(Switches {
        vehicle_down: true,
        ..Switches::default()
    });
    let (code, text) = listener.fetch(Method::GET, &status, "");
    assert!(code >= 500, "{code} {text}");
    listener.note("down", &text);
    listener.run(&["car", "status", &listener.account, "--json", "-vv"]);
    sim.faults().clear();
    sim.vehicle_rules(|rules| {
        let said = VehicleSaid {
            status: Some(403),
            message: Some(format!("forbidden {VIN}")),
            ..VehicleSaid::default()
        };
        rules.say.insert("status".to_owned(), said);
    });
    for _ in 0..2 {
        let (code, text) = listener.fetch(Method::GET, &status, "");
        assert!(code >= 400, "{code} {text}");
        listener.note("refused", &text);
    }
    listener.diagnostics();
}

#[test]
fn nothing_of_a_car_or_its_owner_is_read_anywhere() {
    let garage = Garage::new();
    let listener = Listener::new(&garage);
    in_good_times(&listener);
    asked_about(&listener);
    in_bad_requests(&listener);
    in_trouble(&listener);
    signed_out(&listener);
    watched(&listener);
    shut_out(&listener);

    let said = listener.said.take();
    assert!(said.len() > 60, "much was said: {}", said.len());
    Garage::said_nothing(&said, &garage.canaries());
    Garage::said_nothing(&listener.told.take(), &garage.numbers());
    listener.serve.running.kill();
    let again = garage.world.serve();
    assert_eq!(again.ready().0, 200);
    again.running.kill();
    let log = garage.log();
    assert!(log.len() > 50, "the libraries speak too: {}", log.len());
    let speaks = |words: &str| log.iter().any(|(_, line)| line.contains(words));
    assert!(
        speaks("sign-in lost") && speaks("daiban_engine"),
        "the log is of this story"
    );
    Garage::said_nothing(&log, &garage.canaries());
    for (_, line) in &log {
        assert!(found(line, &forms(CAR_PLATE)).is_none(), "{line}");
    }
    garage.keeps_it_sealed();
    the_search_finds_what_is_there(&garage);
}

/// Every canary in each of its forms would be found in a log line and in an answer.
fn the_search_finds_what_is_there(garage: &Garage) {
    let canaries = garage.canaries();
    assert!(canaries.len() >= 15, "tokens of renewals are among them");
    for forms in &canaries {
        for form in forms {
            let line = format!("2026-12-01T00:00:00Z DEBUG planted{{uri=/a?b={form}&c}}");
            let planted = without_moments(line.as_bytes());
            assert!(found(&planted, forms).is_some(), "{form}");
        }
    }
    for (name, section) in [
        ("log", json!(["2026-12-01T00:00:00Z DEBUG x y"])),
        ("accounts", json!({ "vin": "x" })),
    ] {
        let planted = section.to_string().replace('x', VIN);
        let bundle = json!({ name: serde_json::from_str::<Value>(&planted).unwrap() });
        let [(_, text)] = &sections(&bundle)[..] else {
            panic!("{bundle}")
        };
        assert!(found(text, &forms(VIN)).is_some(), "{name}");
    }
    assert!(forms("a/b+c").contains(&"a%2Fb%2Bc".to_owned()));
    assert!(forms("a/b+c").contains(&"YS9iK2M".to_owned()));
}
