//! The control path `/_sim/…` on every port, for tests that drive the real program from outside.
//!
//! - `GET journal`, `GET effects`: the entries. `GET codes`: picture and SMS codes as a person reads them,
//!   the uuids of the rail service's open QR codes, and its SMS codes by username; pictures (by cookie) and SMS codes (by mobile) of the
//!   hospital service.
//! - `GET faults`, `POST faults {"clear":true,"add":[plan…],"switches":{…}}`.
//! - `POST world {"household":true,"accounts":[…],"vehicles":[…],"records":[…],"fines":[…],
//!   "fine_states":[{"handle_number":…,"handle_sign":3}],"customers":[…],"trains":[…],"options":{…},"drop_tokens":[…],
//!   "rail_accounts":[…],"rail_scans":[{"uuid":…,"username":…}],"rail_confirms":[uuid…],"rail_sign_out":true,
//!   "rail_standby_pays":[number…],"rail_standby_fulfils":[number…],"rail_stale":[…],"rail_pay":[order number…]}`.
//!   The parts `"hospital":{…}` and `"vehicle":{…}` are told at `hospital/change.rs` and `vehicle/change.rs`. Of an option that is an object, only the named parts are set.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Answer, Call};
use crate::fault::{FaultBook, FaultPlan, Switches};
use crate::hospital::HospitalChange;
use crate::journal::Entry;
use crate::permit::{PermitAccount, PermitRecord};
use crate::rail::{RailAccount, StaleRow, Train};
use crate::vehicle::VehicleChange;
use crate::violation::{Fine, StoreapiCustomer};
use crate::world::{Vehicle, World};
use crate::{State, hospital, household, permit, rail, vehicle, violation};

pub(crate) fn answer(state: &mut State, call: &Call) -> Answer {
    match (call.method.as_str(), call.path.as_str()) {
        ("GET", "/_sim/journal") => Answer::json(&json!(state.journal.entries())),
        ("GET", "/_sim/effects") => Answer::json(&json!(effects(state))),
        ("GET", "/_sim/codes") => Answer::json(&codes(&mut state.world)),
        ("GET", "/_sim/faults") => Answer::json(&faults_now(state)),
        ("POST", "/_sim/faults") => read(call, |change| set_faults(state, change)),
        ("POST", "/_sim/world") => read(call, |change| change_world(&mut state.world, change)),
        _ => Answer::json(&json!({"error": "no such control"})).status(404),
    }
}

fn codes(world: &mut World) -> Value {
    let mut codes = world.permit.login.readable();
    codes["rail_qr"] = json!(rail::open_codes(world));
    codes["rail_sms"] = rail::sms_codes(world);
    codes["hospital_pictures"] = hospital::pictures(world);
    codes["hospital_sms"] = hospital::sms_codes(world);
    codes
}

fn effects(state: &State) -> Vec<&Entry> {
    state
        .journal
        .entries()
        .iter()
        .filter(|entry| entry.effect.is_some())
        .collect()
}

fn read<T: serde::de::DeserializeOwned>(call: &Call, act: impl FnOnce(T) -> Value) -> Answer {
    match serde_json::from_slice(&call.body) {
        Ok(change) => Answer::json(&act(change)),
        Err(error) => Answer::json(&json!({"error": error.to_string()})).status(400),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultChange {
    #[serde(default)]
    clear: bool,
    #[serde(default)]
    add: Vec<FaultPlan>,
    switches: Option<Switches>,
}

fn set_faults(state: &mut State, change: FaultChange) -> Value {
    if change.clear {
        state.faults = FaultBook::default();
    }
    change
        .add
        .into_iter()
        .for_each(|plan| state.faults.add(plan));
    if let Some(switches) = change.switches {
        state.faults.switches = switches;
    }
    faults_now(state)
}

fn faults_now(state: &State) -> Value {
    json!({"plans": state.faults.plans(), "switches": state.faults.switches})
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct WorldChange {
    household: bool,
    accounts: Vec<PermitAccount>,
    vehicles: Vec<Vehicle>,
    records: Vec<PermitRecord>,
    fines: Vec<Fine>,
    fine_states: Vec<FineState>,
    customers: Vec<StoreapiCustomer>,
    trains: Vec<Train>,
    /// Named options are set, the others stay.
    options: Option<serde_json::Map<String, Value>>,
    drop_tokens: Vec<String>,
    rail_accounts: Vec<RailAccount>,
    rail_scans: Vec<RailScan>,
    rail_confirms: Vec<String>,
    /// Reserve numbers of standby orders.
    rail_standby_pays: Vec<String>,
    rail_standby_fulfils: Vec<String>,
    /// Signs everybody out of the rail service.
    rail_sign_out: bool,
    /// Rows that show what is not there.
    rail_stale: Vec<StaleRow>,
    /// Numbers of orders the person pays.
    rail_pay: Vec<String>,
    hospital: Option<HospitalChange>,
    vehicle: Option<VehicleChange>,
}

#[derive(Deserialize)]
struct RailScan {
    uuid: String,
    username: String,
}

#[derive(Deserialize)]
struct FineState {
    handle_number: String,
    handle_sign: u8,
}

fn change_world(world: &mut World, change: WorldChange) -> Value {
    let household = change.household.then(|| household::fill(world));
    let tokens: Vec<String> = change
        .accounts
        .into_iter()
        .map(|account| permit::add_account(world, account))
        .collect();
    let vehicles: Vec<String> = change
        .vehicles
        .into_iter()
        .map(|car| world.add_vehicle(car))
        .collect();
    let records: Vec<Option<String>> = change
        .records
        .into_iter()
        .map(|record| permit::add_record(world, record))
        .collect();
    let fines: Vec<String> = change
        .fines
        .into_iter()
        .map(|fine| violation::add_fine(world, fine))
        .collect();
    let states: Vec<bool> = change
        .fine_states
        .into_iter()
        .map(|fine| violation::set_fine_state(world, &fine.handle_number, fine.handle_sign))
        .collect();
    world.violation.customers.extend(change.customers);
    change
        .trains
        .into_iter()
        .for_each(|train| rail::add_train(world, train));
    world
        .permit
        .tokens
        .retain(|token| !change.drop_tokens.contains(&token.value));
    change
        .rail_accounts
        .into_iter()
        .for_each(|account| rail::add_account(world, account));
    if change.rail_sign_out {
        rail::sign_everybody_out(world);
    }
    let scanned: Vec<bool> = change
        .rail_scans
        .iter()
        .map(|scan| rail::scan_code(world, &scan.uuid, &scan.username))
        .collect();
    let confirmed: Vec<bool> = change
        .rail_confirms
        .iter()
        .map(|uuid| rail::confirm_code(world, uuid))
        .collect();
    world.rail.orders.stale.extend(change.rail_stale);
    let mut each = |numbers: &[String], act: fn(&mut World, &str) -> bool| -> Vec<bool> {
        numbers.iter().map(|number| act(world, number)).collect()
    };
    let paid = each(&change.rail_pay, rail::orders::pay);
    let standby_paid = each(&change.rail_standby_pays, rail::pay_standby);
    let fulfilled = each(&change.rail_standby_fulfils, rail::fulfil_standby);
    let hospital = change
        .hospital
        .map(|change| hospital::change(world, change));
    let vehicle = change.vehicle.map(|change| vehicle::change(world, change));
    let options = change.options.map(|options| set_options(world, options));
    json!({
        "household": household, "tokens": tokens, "vehicle_ids": vehicles, "record_ids": records, "handle_numbers": fines,
        "fine_states": states, "rail_scans": scanned, "rail_confirms": confirmed, "rail_paid": paid,
        "hospital": hospital, "vehicle": vehicle, "rail_standby_pays": standby_paid, "rail_standby_fulfils": fulfilled, "options": options, "now_ms": world.now,
    })
}

fn merge(into: &mut Value, change: Value) {
    match (into, change) {
        (Value::Object(fields), Value::Object(change)) => {
            for (key, value) in change {
                merge(fields.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, change) => *into = change,
    }
}

fn set_options(world: &mut World, change: serde_json::Map<String, Value>) -> Value {
    let mut options = json!(world.options);
    merge(&mut options, Value::Object(change));
    match serde_json::from_value(options) {
        Ok(options) => {
            world.options = options;
            json!(world.options)
        }
        Err(error) => json!({"error": error.to_string()}),
    }
}
