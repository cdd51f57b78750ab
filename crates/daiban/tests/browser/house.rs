//! A house for a walk: the real binary, empty, before the simulated services with their invented household; or the demo.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use daiban_sim::{Addresses, Household, Options, RailAccount, Sim};
use jiff::Timestamp;
use tokio::runtime::Runtime;

use super::{
    chromium,
    program::{Home, Running, until},
};

/// One browser at a time: two cores are enough for one.
static TURN: Mutex<()> = Mutex::new(());

/// The browser to use while this test has its turn; `None` once it is said why there is none.
pub fn browser() -> Option<(String, MutexGuard<'static, ()>)> {
    match chromium::program() {
        Ok(program) => Some((program, TURN.lock().unwrap_or_else(PoisonError::into_inner))),
        Err(why) => {
            eprintln!("browser tests: skipped, because {why}");
            None
        }
    }
}

/// `serve` with nothing in it yet.
pub struct House {
    pub sim: Sim,
    pub household: Household,
    pub url: String,
    pub setup_url: String,
    _serve: Running,
    _home: Home,
    _addresses: Addresses,
    _runtime: Runtime,
}

impl House {
    pub fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let sim = Sim::new(Options {
            now: Arc::new(|| Timestamp::now().as_millisecond()),
            seed: 5,
            rail_data: None,
        });
        sim.add_rail_account(second_traveller());
        sim.set_options(|rules| rules.rail_login_check = "3".into());
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let addresses = runtime.block_on(sim.serve(anywhere)).unwrap();
        let home = home(&addresses);
        let serve = Running::start_logging(home.command(&["serve", "--json"]), log(&home));
        let said = |name: &str| {
            let value = serve.said[name].as_str();
            let value = value.unwrap_or_else(|| panic!("serve: {}", logged(&home)));
            value.to_owned()
        };
        Self {
            household: sim.household(),
            url: said("listen"),
            setup_url: said("setup_url"),
            sim,
            _serve: serve,
            _home: home,
            _addresses: addresses,
            _runtime: runtime,
        }
    }

    /// What really happened, with that beginning.
    pub fn effects(&self, beginning: &str) -> usize {
        let effects = self.sim.effects().into_iter();
        let effects = effects.filter_map(|entry| entry.effect);
        effects
            .filter(|effect| effect.starts_with(beginning))
            .count()
    }
}

/// Somebody who signs in with a password.
pub fn second_traveller() -> RailAccount {
    RailAccount {
        username: "su_qing".to_owned(),
        name: "苏晴".to_owned(),
        born: None,
        password: "suqing-word-1".to_owned(),
        id_tail: "0012".to_owned(),
        phone: "13800000012".to_owned(),
        passengers: Vec::new(),
    }
}

fn home(addresses: &Addresses) -> Home {
    let mut home = Home::with_services(&addresses.permit, &addresses.rail, &addresses.violation);
    home.set("DAIBAN_SERVICES__HOSPITAL__BASE_URL", &addresses.hospital);
    home.set("DAIBAN_SERVICES__VEHICLE__USER_URL", &addresses.vehicle);
    home.set("DAIBAN_SERVICES__VEHICLE__DEVICE_URL", &addresses.vehicle);
    home.set("DAIBAN_SERVER__LISTEN", "127.0.0.1:0");
    home
}

fn log_file(home: &Home) -> PathBuf {
    home.dir.path().join("program.log")
}

fn log(home: &Home) -> std::fs::File {
    std::fs::File::create(log_file(home)).unwrap()
}

fn logged(home: &Home) -> String {
    std::fs::read_to_string(log_file(home)).unwrap_or_default()
}

/// `demo`, playing.
pub struct Demo {
    /// The link that is good once.
    pub door: String,
    pub url: String,
    _running: Running,
    home: Home,
}

impl Demo {
    pub fn start(speed: u32) -> Self {
        let home = Home::new();
        let speed = speed.to_string();
        let command = home.command(&["demo", "--listen", "127.0.0.1:0", "--speed", &speed]);
        let running = Running::begin_logging(command, log(&home));
        let door = until("the demo's link", || {
            let said = logged(&home);
            let link = said
                .split_whitespace()
                .find(|word| word.contains("/enter/"));
            link.map(str::to_owned)
        });
        let url = door.split("/enter/").next().unwrap_or_default().to_owned();
        Self {
            door,
            url,
            _running: running,
            home,
        }
    }

    /// Whether its fortnight is over.
    pub fn is_over(&self) -> bool {
        logged(&self.home).contains("两周过完了")
    }
}
