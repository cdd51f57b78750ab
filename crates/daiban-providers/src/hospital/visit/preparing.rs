//! Getting ready: names of the departments, the hospital's hour, and the patient as the service lists them.

use daiban_core::{Text, call::Outcome, error::ServiceError};
use serde_json::{Value, json};

use super::intake::read;
use super::{Person, Place, Round};
use crate::hospital::booking::{Patient, PatientRef};
use crate::hospital::people::{find, find_card};
use crate::hospital::places::{DepartmentRef, Hospital};
use crate::words::later;

/// Between two tries, in seconds; the last holds on.
const TRY_AGAIN_S: [i64; 5] = [10, 60, 300, 900, 3600];
/// The sign-in is looked at so often while watching, with a little chance.
const KEEP_ALIVE_S: i64 = 1800;
/// A patient who is not known yet is asked for so often.
const PATIENT_AGAIN_S: i64 = 120;

impl Round<'_> {
    /// Asks for what is not known yet. Watching does not wait for it.
    pub(super) fn prepare(&mut self) {
        for department in self.departments.clone() {
            self.learn_names(&department);
        }
        self.check_account();
    }

    fn learn_names(&mut self, department: &DepartmentRef) {
        let code = department.to_string();
        let again = self.state.tries.checked_sub(1).map(|tries| {
            let wait = TRY_AGAIN_S[(tries as usize).min(TRY_AGAIN_S.len() - 1)];
            later(self.now, wait)
        });
        if !self.state.names.contains_key(&code) {
            let body = json!({ "do": "department", "department": code });
            self.public_look(&format!("department {code}"), body, again);
        }
        let known = self.state.known.entry(code.clone()).or_default();
        if known.opens_at.is_none() && !known.hour_asked {
            known.hour_asked = true;
            let body = json!({ "do": "hospital", "hos": department.hos });
            self.public_look(&format!("hospital {code}"), body, None);
        }
    }

    pub(super) fn names_found(&mut self, department: &str, outcome: &Outcome) {
        match outcome.clone().into_result() {
            Ok(value) => self.keep_names(department, &value),
            // Only names are missing: a department that is not there shows in its calendar.
            Err(error) => {
                self.state.tries += 1;
                self.draft.said.push(error.text().clone());
            }
        }
    }

    fn keep_names(&mut self, department: &str, value: &Value) {
        let Some(place) = read::<Place>(value) else {
            self.state.tries += 1;
            return;
        };
        self.state.tries = 0;
        self.state.names.insert(department.to_owned(), place);
        self.show_place();
    }

    pub(super) fn hospital_found(&mut self, department: &str, outcome: &Outcome) {
        let Outcome::Done(value) = outcome else {
            return;
        };
        let Some(hospital) = read::<Hospital>(value) else {
            return;
        };
        let days = self.wanted_days();
        let known = self.state.known.entry(department.to_owned()).or_default();
        known.opens_at = hospital.opens_at;
        known.await_release(&days, self.now);
        if hospital.maintenance {
            self.draft.say(
                format!("{}正在维护", hospital.name),
                format!("{} is down for maintenance", hospital.name),
            );
        }
        self.show_place();
    }

    /// Sees to it that the account is ready when a place shows.
    fn check_account(&mut self) {
        if !self.pass.wishes.needs_account() || self.is_signed_out() {
            return;
        }
        if self.now < self.state.check_at {
            return self.draft.wake_at(self.state.check_at);
        }
        let (tag, body, wait) = match self.state.patient {
            None => ("patients", json!({ "do": "patients" }), PATIENT_AGAIN_S),
            Some(_) => ("signed_in", json!({ "do": "signed_in" }), KEEP_ALIVE_S),
        };
        let chance = i64::try_from(self.pass.chance % 60).unwrap_or(0);
        self.state.check_at = later(self.now, wait + chance);
        self.look(tag, body);
        self.draft.wake_at(self.state.check_at);
    }

    pub(super) fn sign_in_seen(&mut self, outcome: &Outcome) {
        self.note_sign_in(outcome);
        let Outcome::Done(value) = outcome else {
            return;
        };
        match value["ok"].as_bool() {
            Some(true) => {
                self.state.real_name = true;
                self.clear("real_name");
            }
            Some(false) => self.real_name_missing(&read(&value["text"]).unwrap_or_default()),
            None => {}
        }
    }

    fn real_name_missing(&mut self, text: &Text) {
        self.raise(
            "real_name",
            daiban_core::notice::Severity::Attention,
            Text::new(
                format!("114 账号没有通过实名：{}", text.zh),
                format!("the 114 account's real name is not confirmed: {}", text.en),
            ),
            Text::new(
                "到 114 官方渠道完成实名认证，之后会自己继续",
                "confirm it in 114's official channel; this goes on by itself then",
            ),
        );
    }

    pub(super) fn patients_found(&mut self, outcome: &Outcome) {
        self.note_sign_in(outcome);
        let value = match outcome.clone().into_result() {
            Ok(value) => value,
            Err(ServiceError::SignInLost { .. }) => return,
            Err(error) => return self.draft.said.push(error.text().clone()),
        };
        let Some(listed) = read::<Vec<Patient>>(&value["patients"]) else {
            return;
        };
        let asked = self.pass.wishes.patient().unwrap_or_default();
        match find(&listed, asked) {
            Ok(patient) => self.take_patient(patient),
            Err(wrong) => self.refuse(wrong.text),
        }
    }

    fn take_patient(&mut self, patient: &Patient) {
        let card = match find_card(patient, self.pass.wishes.card.word()) {
            Ok(card) => card.kind.clone(),
            Err(wrong) => return self.refuse(wrong.text),
        };
        self.state.patient = Some(Person {
            patient: PatientRef {
                name: patient.name.clone(),
                id_mask: patient.id_mask.clone(),
            },
            card,
        });
        self.show_place();
        if !self.state.real_name {
            // Asked ahead of a booking: it changes the session's cookie, which should not happen in the middle of one.
            self.look("real_name", json!({ "do": "real_name" }));
        }
    }

    pub(super) fn show_place(&mut self) {
        let wishes = self.pass.wishes;
        let departments: Vec<Value> = self
            .departments
            .iter()
            .map(|department| {
                let names = self.state.names.get(&department.to_string());
                json!({
                    "code": department.to_string(), "hos": department.hos,
                    "hospital": names.map(|place| &place.hospital),
                    "first": names.map(|place| &place.first), "second": names.map(|place| &place.second),
                })
            })
            .collect();
        let opens_at = self
            .state
            .known
            .values()
            .find_map(|known| known.opens_at.as_ref());
        let hospital = departments
            .iter()
            .map(|one| &one["hospital"])
            .find(|name| !name.is_null());
        let shown = json!({
            "hospital": hospital, "departments": departments, "from": wishes.from, "to": wishes.to,
            "patient": self.state.patient.as_ref().map(|person| &person.patient.name),
            "opens_at": opens_at,
        });
        self.draft.fact("place", shown);
    }
}
