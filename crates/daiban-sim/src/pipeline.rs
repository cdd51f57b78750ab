//! The way of every request: read it, play a planned fault, let the service answer, write it down.

use axum::body::Body;
use axum::extract::Request;
use axum::http::Response;
use http_body_util::BodyExt;

use crate::answer::{Answer, Call};
use crate::fault::{FaultKind, FaultPlan, SimFault, When, spoil};
use crate::journal::Entry;
use crate::{Inner, Service, State, control, hospital, permit, rail, vehicle, violation};

pub(crate) async fn respond(inner: &Inner, service: Service, request: Request) -> Response<Body> {
    let Some(call) = read(service, request).await else {
        return Answer::html(400, "unreadable body").into_response();
    };
    let now = inner.now_ms();
    let mut state = inner.state();
    settle(&mut state, now);
    if call.path.starts_with("/_sim/") {
        return control::answer(&mut state, &call).into_response();
    }
    let plan = state.faults.strike(service, &call.path);
    let answer = carry_out(&mut state, &call, plan.as_ref());
    let mut response = answer.into_response();
    if let Some(FaultPlan {
        kind: kind @ (FaultKind::Timeout | FaultKind::Reset | FaultKind::Slow { .. }),
        ..
    }) = plan
    {
        response.extensions_mut().insert(SimFault(kind));
    }
    response
}

/// Lets everything happen that was due by `now`.
pub(crate) fn settle(state: &mut State, now: i64) {
    state.world.now = state.world.now.max(now);
    permit::settle(&mut state.world);
    rail::settle(&mut state.world);
    hospital::settle(&mut state.world);
    vehicle::settle(&mut state.world);
    let effects = std::mem::take(&mut state.world.effects);
    state.journal.push_effects(effects);
}

async fn read(service: Service, request: Request) -> Option<Call> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.ok()?.to_bytes().to_vec();
    let mut path = parts.uri.path().to_owned();
    // A doubled slash is accepted by the permit service (public clients send it).
    while path.contains("//") {
        path = path.replace("//", "/");
    }
    Some(Call {
        service,
        method: parts.method.to_string(),
        path,
        query: parts.uri.query().unwrap_or_default().into(),
        headers: parts.headers,
        body,
    })
}

fn carry_out(state: &mut State, call: &Call, plan: Option<&FaultPlan>) -> Answer {
    let answer = match plan {
        Some(FaultPlan {
            when: When::Before,
            kind,
            ..
        }) if !keeps_answer(kind) => spoil(call, kind, state.world.now, Answer::html(500, "")),
        Some(plan) => {
            let right = service_answer(state, call);
            spoil(call, &plan.kind, state.world.now, right)
        }
        None => service_answer(state, call),
    };
    write_down(state, call, plan);
    answer
}

/// These faults need the right answer, so the request must be carried out.
fn keeps_answer(kind: &FaultKind) -> bool {
    matches!(kind, FaultKind::Slow { .. } | FaultKind::Rename { .. })
}

fn service_answer(state: &mut State, call: &Call) -> Answer {
    let switches = state.faults.switches;
    match call.service {
        Service::Permit | Service::PermitApp if switches.permit_waf => permit::firewall_page(),
        Service::Permit | Service::PermitApp => {
            permit::answer(&mut state.world, call, switches.token_loss)
        }
        Service::Rail if switches.rail_error_page && !call.path.ends_with("/error.html") => {
            rail::error_page(call)
        }
        Service::Rail => rail::answer(&mut state.world, call),
        Service::Violation => violation::answer(&mut state.world, call),
        Service::Hospital if switches.hospital_closed => hospital::closed_notice(),
        Service::Hospital => hospital::answer(&mut state.world, call),
        Service::Vehicle if switches.vehicle_down => vehicle::maintenance(),
        Service::Vehicle => vehicle::answer(&mut state.world, call),
    }
}

fn write_down(state: &mut State, call: &Call, plan: Option<&FaultPlan>) {
    let mut effects = std::mem::take(&mut state.world.effects);
    let first = if effects.is_empty() {
        None
    } else {
        Some(effects.remove(0).text)
    };
    let path = if call.query.is_empty() {
        call.path.clone()
    } else {
        format!("{}?{}", call.path, call.query)
    };
    state.journal.push(Entry {
        seq: 0,
        at_ms: state.world.now,
        service: call.service.name().into(),
        method: call.method.clone(),
        path,
        body: String::from_utf8_lossy(&call.body).into_owned(),
        effect: first,
        fault: plan.map(|plan| format!("{:?} {:?}", plan.when, plan.kind).to_lowercase()),
    });
    state.journal.push_effects(effects);
}
