//! Who may ask: app, signature, nonce, token, and whose car it is, in this order (*guessed*; the codes are *seen*).

use super::Garage;
use super::call::{Asked, Form, Word};
use super::reply::{
    BAD_REQUEST, BAD_SIGNATURE, NO_CAR_CHOSEN, NO_SUCH_CAR, NONCE_SEEN, NOT_OF_USER, OTHER_CAR,
    Refusal,
};
use super::signature::is_signed_with;
use crate::world::World;

/// Apps of the brand: the one of the description, and one of a public client of 2020.
const APPS: [&str; 2] = ["lynkco", "xiaokanl"];
const OPERATOR: &str = "LYNKCO";

/// The form of the request: what is wrong with it before anybody is known.
pub(super) fn check_form(world: &mut World, asked: &Asked<'_>) -> Result<(), Refusal> {
    match asked.form {
        Form::Plain => check_plain(asked),
        Form::Signed => check_signed(world, asked),
    }
}

/// Of 2020: the operator with everything but a sign-in, the app with what changes something. SIM data was described
/// without either.
fn check_plain(asked: &Asked<'_>) -> Result<(), Refusal> {
    let header = |name| asked.call.header(name);
    let wants_operator = !matches!(asked.word, Word::SignIn | Word::Flow);
    let wants_app = matches!(asked.word, Word::Refresh | Word::Command);
    let app = header("x-app-id");
    let has_operator = header("x-operator-code") == OPERATOR || !wants_operator;
    let has_app = APPS.contains(&app) || (app.is_empty() && !wants_app);
    if has_operator && has_app {
        Ok(())
    } else {
        Err(BAD_REQUEST)
    }
}

fn check_signed(world: &mut World, asked: &Asked<'_>) -> Result<(), Refusal> {
    let header = |name| asked.call.header(name);
    let is_app = header("x-app-id") == APPS[0] && header("x-operator-code") == OPERATOR;
    let is_version = header("x-api-signature-version") == "1.0";
    let garage = &world.vehicle;
    let is_signed = garage.secrets().any(|key| is_signed_with(asked, key));
    if !is_app || !is_version || !is_signed || !is_in_time(world, asked) {
        return Err(BAD_SIGNATURE);
    }
    take_nonce(world, header("x-api-signature-nonce"))
}

fn is_in_time(world: &World, asked: &Asked<'_>) -> bool {
    let moment: Option<i64> = asked.call.header("x-timestamp").parse().ok();
    let off = world.options.vehicle.time_off_s * 1000;
    moment.is_some_and(|moment| (moment - world.now).abs() <= off)
}

/// Remembers it as long as a request with it could be in time.
fn take_nonce(world: &mut World, nonce: &str) -> Result<(), Refusal> {
    let (now, life) = (world.now, 2000 * world.options.vehicle.time_off_s);
    let nonces = &mut world.vehicle.nonces;
    nonces.retain(|_, at| now - *at <= life);
    if nonce.is_empty() {
        return Err(BAD_SIGNATURE);
    }
    match nonces.insert(nonce.into(), now) {
        None => Ok(()),
        Some(_) => Err(NONCE_SEEN),
    }
}

/// The user who asks, by number, from the token in `authorization`.
pub(super) fn who(world: &mut World, asked: &Asked<'_>) -> Result<usize, Refusal> {
    let (now, grace) = (world.now, world.options.vehicle.refresh_grace);
    let token = asked.call.header("authorization");
    let owners = &mut world.vehicle.owners;
    let found = owners.iter().position(|owner| owner.knows(token, grace));
    let index = found.ok_or(super::reply::SIGNED_OUT)?;
    owners[index].use_token(token, now)?;
    let client = asked.call.header("x-client-id");
    if client.is_empty() || client == owners[index].owner.client_id {
        Ok(index)
    } else {
        Err(BAD_REQUEST)
    }
}

/// The car a call is about, by number: the session is bound to it, it lives on this host, and it is the user's.
pub(super) fn car(world: &mut World, asked: &Asked<'_>, user: usize) -> Result<usize, Refusal> {
    if asked.form == Form::Signed {
        check_binding(&world.vehicle, asked, user)?;
    }
    let owner = &mut world.vehicle.owners[user];
    if owner.is_unbound_for_a_moment() {
        return Err(NOT_OF_USER);
    }
    let user_id = owner.owner.user_id.clone();
    let cars = &world.vehicle.cars;
    let index = cars
        .iter()
        .position(|known| known.car.vin == asked.vin && known.car.second_host == asked.is_second)
        .ok_or(NO_SUCH_CAR)?;
    let said = asked.call.query_pairs();
    let names_other = |(name, value): &(String, String)| {
        name == "userId" && !value.is_empty() && *value != user_id
    };
    if !cars[index].is_for(&user_id) || said.iter().any(names_other) {
        return Err(NOT_OF_USER);
    }
    Ok(index)
}

/// Of several cars one must be chosen, by `session/update` or by naming it with each request, as newer clients do.
fn check_binding(garage: &Garage, asked: &Asked<'_>, user: usize) -> Result<(), Refusal> {
    let owner = &garage.owners[user];
    let cars = garage.cars_for(&owner.owner.user_id).count();
    let is_named = asked.call.header("x-vehicle-identifier") == asked.vin;
    if cars < 2 || is_named {
        return Ok(());
    }
    match owner.bound() {
        None => Err(NO_CAR_CHOSEN),
        Some(vin) if vin != asked.vin => Err(OTHER_CAR),
        Some(_) => Ok(()),
    }
}
