//! Getting ready: stations become telecodes, names become the service's own people.

use daiban_core::{
    Text,
    call::{NewCall, Outcome},
    errand::Phase,
    error::ServiceError,
    invalid::InvalidInput,
    notice::Severity,
    service::Service,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::choose::Pair;
use super::wishes::{PRESALE_DAYS, Who, later};
use super::{Ground, Person, Round, Stage, passes};
use crate::rail::orders::{Stop, TicketKind};
use crate::rail::wire::passport::Passenger;

/// Between two tries, in seconds; the last holds on.
const TRY_AGAIN_S: [i64; 5] = [10, 30, 60, 300, 900];

/// The answer of the look `route`.
#[derive(Deserialize)]
struct Route {
    from: Vec<Asked>,
    to: Vec<Asked>,
    presale_days: Option<i32>,
    #[serde(default)]
    sale_times: std::collections::BTreeMap<String, Option<String>>,
}

#[derive(Deserialize)]
struct Asked {
    stations: Vec<Stop>,
}

impl Round<'_> {
    pub(super) fn prepare(&mut self) {
        if self.state.ground.is_some() {
            self.state.stage = Stage::Watching;
            return self.watch();
        }
        if self.state.asking {
            return self.rest(
                Phase::Working,
                "preparing",
                Text::new("正在查车站和乘车人", "looking up stations and people"),
            );
        }
        self.state.asking = true;
        let body =
            json!({ "do": "route", "from": self.pass.wishes.from, "to": self.pass.wishes.to });
        let mut route = NewCall::look("route", Service::Rail, self.pass.account, body);
        // Stations are public: nobody need be signed in.
        route.account = None;
        if self.state.tries > 0 {
            let wait = TRY_AGAIN_S[(self.state.tries as usize - 1).min(TRY_AGAIN_S.len() - 1)];
            route = route.not_before(later(self.now, wait));
        }
        self.draft.calls.push(route);
        if self.pass.wishes.needs_account() {
            self.state.checking = true;
            self.look("passengers", json!({ "do": "passengers" }));
        }
        self.rest(
            Phase::Working,
            "preparing",
            Text::new("查车站和乘车人", "looking up stations and people"),
        );
    }

    pub(super) fn route_found(&mut self, outcome: &Outcome) {
        if self.state.ground.is_some() {
            return;
        }
        self.state.asking = false;
        let route = outcome.clone().into_result().and_then(|value| {
            Route::deserialize(&value).map_err(|error| ServiceError::changed("route", error))
        });
        match route {
            Ok(route) => {
                self.state.tries = 0;
                self.state.ground = Some(ground(route));
            }
            Err(error) if passes(&error) => {
                self.state.tries += 1;
                self.draft.said.push(error.text().clone());
            }
            Err(error) => self.refuse(error.text().clone()),
        }
    }

    pub(super) fn people_found(&mut self, outcome: &Outcome) {
        match outcome.clone().into_result() {
            Ok(value) => {
                self.state.signed_in = Some(true);
                self.clear("sign_in");
                self.read_people(&value);
            }
            Err(ServiceError::SignInLost { .. }) => self.signed_out(),
            Err(error) => self.draft.said.push(error.text().clone()),
        }
    }

    fn read_people(&mut self, value: &Value) {
        let Ok(listed) = Vec::<Passenger>::deserialize(&value["passengers"]) else {
            return;
        };
        let Ok(who) = self.pass.wishes.who() else {
            return;
        };
        match who
            .iter()
            .map(|one| find(one, &listed))
            .collect::<Result<Vec<_>, _>>()
        {
            Ok(people)
                if people.iter().all(|one| one.ticket == TicketKind::Child)
                    && !people.is_empty() =>
            {
                self.refuse(Text::new(
                    "乘车人都是儿童，要有一位成人同行",
                    "all of them are children; an adult must come along",
                ));
            }
            Ok(people) => self.state.people = Some(people),
            Err(wrong) => self.refuse(wrong.text),
        }
    }

    /// These wishes cannot be carried out: over, with the reason.
    fn refuse(&mut self, why: Text) {
        self.notice(
            "refused".to_owned(),
            Severity::Attention,
            Text::new("这件抢票办不了", "this ticket errand cannot be carried out"),
            why.clone(),
        );
        self.finish(
            Phase::Failed,
            json!({ "result": "refused", "reason": why }),
            why,
        );
    }
}

fn ground(route: Route) -> Ground {
    let first = route.from.first().and_then(|asked| asked.stations.first());
    let sale_time = first.and_then(|stop| route.sale_times.get(&stop.code)?.clone());
    let mut pairs = Vec::new();
    for from in &route.from {
        for to in &route.to {
            pairs.push(Pair {
                from: from.stations.clone(),
                to: to.stations.clone(),
            });
        }
    }
    Ground {
        pairs,
        presale_days: route.presale_days.unwrap_or(PRESALE_DAYS),
        sale_time,
    }
}

/// The one person meant: by the service's key, else by a name that only one of them has.
fn find(who: &Who, listed: &[Passenger]) -> Result<Person, InvalidInput> {
    let by_key = listed.iter().find(|one| one.uuid == who.asked);
    let of_name: Vec<_> = listed.iter().filter(|one| one.name == who.asked).collect();
    let one = match (by_key, of_name.as_slice()) {
        (Some(one), _) => one,
        (None, [one]) => *one,
        (None, []) => {
            let known: Vec<_> = listed.iter().map(|one| one.name.as_str()).collect();
            return Err(InvalidInput::new(
                "passengers",
                format!(
                    "12306 账号里没有乘车人「{}」；有：{}",
                    who.asked,
                    known.join("、")
                ),
                format!(
                    "the 12306 account has no passenger {:?}; there are: {}",
                    who.asked,
                    known.join(", ")
                ),
            ));
        }
        (None, several) => {
            let which: Vec<_> = several
                .iter()
                .map(|one| format!("{}（{}）", one.uuid, one.id_mask))
                .collect();
            return Err(InvalidInput::new(
                "passengers",
                format!(
                    "有 {} 位「{}」，请写编号：{}",
                    several.len(),
                    who.asked,
                    which.join("、")
                ),
                format!(
                    "there are {} people called {:?}; name one by key: {}",
                    several.len(),
                    who.asked,
                    which.join(", ")
                ),
            ));
        }
    };
    Ok(Person {
        uuid: one.uuid.clone(),
        name: one.name.clone(),
        ticket: who
            .ticket
            .or_else(|| TicketKind::of_code(&one.kind))
            .unwrap_or(TicketKind::Adult),
    })
}
