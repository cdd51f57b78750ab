//! What keeps an application from being made, whatever the day: doubt, a review, an unfinished attempt, a clear no.

use daiban_core::{
    Text, Timestamp,
    dates::{self, today},
};
use jiff::civil::Date;

use super::{
    Attempt, Cause, Decision, End, Facts, REVIEW_LOOKS_S, Wish, after, next_morning, plus,
};
use crate::permit::{
    coverage::{Record, RecordState, Zone},
    error::{self, FINE_IN_BEIJING, names_a_fine},
};

/// Any record of which nobody can say what it allows stops everything: a wrong guess costs a second application.
pub(super) fn doubt(facts: &Facts<'_>) -> Option<Decision> {
    if let Some(record) = facts.vehicle.doubtful() {
        let id = if record.id.is_empty() {
            "—"
        } else {
            &record.id
        };
        return Some(Decision::Doubt {
            until: after(facts.now, 3600),
            reason: Text::new(
                format!("记录 {id} 的状态读不懂，不自动申请；请在北京交警 App 里看一眼"),
                format!(
                    "record {id} cannot be understood, so nothing is applied for; look at it in the 北京交警 app"
                ),
            ),
            alarm: true,
        });
    }
    facts
        .vehicle
        .in_state(RecordState::Cancelling)
        .map(|_| Decision::Doubt {
            until: after(facts.now, 900),
            reason: Text::new(
                "有一张进京证正在取消，等它结束",
                "a permit is being cancelled; waiting for that to end",
            ),
            alarm: false,
        })
}

pub(super) fn review(facts: &Facts<'_>) -> Option<Decision> {
    let record = facts.vehicle.in_state(RecordState::InReview)?;
    Some(in_review(facts.now, record.applied_at, record.from))
}

fn in_review(now: Timestamp, since: Option<Timestamp>, from: Option<Date>) -> Decision {
    let waited_s = since.map_or(3600, |since| now.as_second() - since.as_second());
    let pause_s = match waited_s {
        ..3600 => REVIEW_LOOKS_S[0],
        3600..21_600 => REVIEW_LOOKS_S[1],
        _ => REVIEW_LOOKS_S[2],
    };
    let (zh, en) = from.map_or_else(
        || (String::new(), String::new()),
        |from| (format!("{from} 起的"), format!(" from {from}")),
    );
    Decision::InReview {
        until: after(now, pause_s),
        reason: Text::new(
            format!(
                "{zh}申请审核中（提交不等于通过），{} 分钟后再看",
                pause_s / 60
            ),
            format!(
                "the application{en} is in review (submitted is not approved); looking again in {} minutes",
                pause_s / 60
            ),
        ),
        since,
        from,
    }
}

/// Attempts whose day is still ahead and of which the records show nothing.
pub(super) fn unfinished(wish: &Wish, facts: &Facts<'_>) -> Option<Decision> {
    let (now, today) = (facts.now, today(facts.now));
    let matters = |attempt: &&Attempt| {
        attempt.from >= today && !facts.vehicle.covers(attempt.from, wish.zone)
    };
    let attempt = facts
        .attempts
        .iter()
        .rev()
        .filter(matters)
        .find(|attempt| {
            matches!(
                attempt.end,
                End::Open | End::Submitted | End::Unknown | End::Withdrawn
            )
        })?;
    let age_s = now.as_second() - attempt.at.as_second();
    match attempt.end {
        End::Open if age_s < 86_400 => Some(Decision::Doubt {
            until: after(now, 1800),
            reason: Text::new(
                "申请的结果还没有出来，不会再交一次",
                "the outcome of the application is not in; it is not sent again",
            ),
            alarm: false,
        }),
        End::Submitted if age_s < 1800 => {
            Some(in_review(now, Some(attempt.at), Some(attempt.from)))
        }
        End::Withdrawn => Some(Decision::Blocked {
            until: dates::midnight(plus(attempt.from, 1)),
            cause: Cause::Withdrawn,
            id: format!("withdrawn:{}", attempt.from),
            words: String::new(),
        }),
        _ => Some(Decision::Blocked {
            until: next_morning(wish, now),
            cause: Cause::CannotKnow,
            id: format!("unknown:{}", attempt.from),
            words: attempt
                .words
                .as_ref()
                .map(|words| words.zh.clone())
                .unwrap_or_default(),
        }),
    }
}

/// What a person has to clear away before anything is sent, whether or not today is the day.
pub(super) fn blocked(wish: &Wish, facts: &Facts<'_>, gap: Date, due: Date) -> Option<Decision> {
    let today = today(facts.now);
    let until = next_morning(wish, facts.now);
    if let Some(attempt) = no_today(facts) {
        let words = attempt
            .words
            .as_ref()
            .map(|words| words.zh.clone())
            .unwrap_or_default();
        if attempt.end == End::Declined {
            return Some(Decision::Alert {
                until,
                gap,
                reason: Text::new(
                    "你没有同意用一次六环内，今天不再问",
                    "you did not agree to use an inside permit; not asked again today",
                ),
            });
        }
        let code = attempt.code.as_deref().unwrap_or_default();
        let cause = cause_of(code, &words);
        return Some(Decision::Blocked {
            until,
            cause,
            id: format!("refused:{code}"),
            words,
        });
    }
    if let Some(attempt) = often_without_effect(facts) {
        let words = attempt
            .words
            .as_ref()
            .map(|words| words.zh.clone())
            .unwrap_or_default();
        return Some(Decision::Blocked {
            until,
            cause: Cause::Rejected,
            id: format!("without_effect:{}", attempt.from),
            words,
        });
    }
    if let Some(record) = standing_rejection(wish, facts, today) {
        let words = record
            .reason
            .clone()
            .or_else(|| facts.vehicle.why_not.clone())
            .unwrap_or_default();
        let cause = cause_of(record.reason_code.as_deref().unwrap_or_default(), &words);
        return Some(Decision::Blocked {
            until,
            cause,
            id: record.id.clone(),
            words,
        });
    }
    let needs_uses = wish.zone == Zone::Inside && due <= today && !facts.vehicle.inside_unlimited;
    if needs_uses && facts.vehicle.inside_uses_left == Some(0) {
        let words = "已超过办理次数限制".to_owned();
        return Some(Decision::Blocked {
            until,
            cause: Cause::Quota,
            id: "quota".to_owned(),
            words,
        });
    }
    None
}

/// A clear no of today: not asked again before tomorrow.
fn no_today<'a>(facts: &Facts<'a>) -> Option<&'a Attempt> {
    let today = today(facts.now);
    let last = facts
        .attempts
        .iter()
        .rev()
        .find(|attempt| attempt.end != End::Lifted)?;
    let no = matches!(last.end, End::Refused | End::Stopped | End::Declined);
    (no && dates::today(last.at) == today).then_some(last)
}

/// Three applications of today for one day left no record: a fourth would be knocking at a door that does not open.
fn often_without_effect<'a>(facts: &Facts<'a>) -> Option<&'a Attempt> {
    let today = today(facts.now);
    let last = facts.attempts.last()?;
    let same = |attempt: &&Attempt| {
        attempt.end == End::DidNotHappen
            && attempt.from == last.from
            && dates::today(attempt.at) == today
    };
    (facts.attempts.iter().filter(same).count() >= 3).then_some(last)
}

/// The newest application, when it was rejected and nothing shows that the reason is gone. A rejection never hides a live
/// permit: this is asked only about days that no permit covers.
fn standing_rejection<'a>(wish: &Wish, facts: &Facts<'a>, today: Date) -> Option<&'a Record> {
    let rejected = |record: &&Record| {
        record.state == RecordState::Rejected && !facts.lifted.contains(&record.id)
    };
    let record = facts
        .vehicle
        .records
        .iter()
        .filter(rejected)
        .max_by_key(|record| (record.applied_at, record.from))?;
    let approved_since = facts
        .vehicle
        .records
        .iter()
        .any(|other| other.is_live() && other.applied_at > record.applied_at);
    if approved_since {
        return None;
    }
    let still_said = facts.vehicle.why_not.as_deref().is_some_and(names_a_fine);
    let known = facts.blocked_by == Some(record.id.as_str());
    let recent = record.zone == Some(wish.zone) && record.from.is_some_and(|from| from >= today);
    (still_said || known || recent).then_some(record)
}

fn cause_of(code: &str, words: &str) -> Cause {
    match code {
        FINE_IN_BEIJING => Cause::Fine,
        _ if names_a_fine(words) => Cause::Fine,
        error::QUOTA => Cause::Quota,
        error::ONE_VEHICLE => Cause::OneVehicle,
        _ => Cause::Rejected,
    }
}
