//! After the order has a number: the service's line, and the order's own page.

use daiban_core::{Text, call::Outcome, errand::Phase, error::ServiceError, notice::Severity};
use serde_json::json;

use super::booked::After;
use super::intake::read;
use super::setback::set_aside;
use super::words::{official, yuan};
use super::{Pick, Round, Stage};
use crate::hospital::booking::{Booking, BookingState, Lineup};
use crate::words::later;

/// The official page asks so often while it stands in line (*seen*).
const LINE_S: i64 = 5;
/// After so many polls the line is asked more slowly.
const QUICK_POLLS: u32 = 60;
const SLOW_LINE_S: i64 = 60;
/// Between two looks at an order's page that could not be read, in seconds; the last holds on.
const PAGE_AGAIN_S: [i64; 5] = [2, 10, 30, 120, 600];

impl Round<'_> {
    /// The service has given a number.
    pub(super) fn ordered(
        &mut self,
        pick: Pick,
        order_no: String,
        (lineup, older): (bool, bool),
        detail: Option<Booking>,
    ) {
        if lineup {
            self.state.stage = Stage::InLine {
                pick,
                order_no,
                polls: 0,
            };
            return self.ask_line();
        }
        match detail {
            Some(booking) if booking.state != BookingState::Unknown => {
                self.settled(&pick, booking, older);
            }
            _ => {
                self.state.stage = Stage::Verifying {
                    pick,
                    order_no,
                    older,
                    tries: 0,
                };
                self.ask_page();
            }
        }
    }

    fn ask_line(&mut self) {
        let Stage::InLine {
            pick,
            order_no,
            polls,
        } = &mut self.state.stage
        else {
            return;
        };
        *polls += 1;
        let wait = if *polls > QUICK_POLLS {
            SLOW_LINE_S
        } else {
            LINE_S
        };
        let body = json!({ "do": "lineup", "hos": pick.department.hos, "order_no": order_no });
        let at = later(self.now, wait);
        self.look_at("lineup", body, at);
    }

    pub(super) fn wait_in_line(&mut self, pick: &Pick, order_no: &str) {
        let line = pick.text();
        self.draft.rest(
            Phase::Working,
            "lineup",
            Text::new(
                format!("114 在排队（{order_no}），还没约上：{}", line.zh),
                format!("in 114's line ({order_no}), not booked yet: {}", line.en),
            ),
        );
    }

    pub(super) fn line_seen(&mut self, outcome: &Outcome) {
        let Stage::InLine { pick, .. } = self.state.stage.clone() else {
            return;
        };
        let seen = match outcome.clone().into_result() {
            Ok(value) => read::<Lineup>(&value),
            Err(ServiceError::SignInLost { .. }) => {
                self.signed_out();
                None
            }
            Err(error) => {
                self.draft.said.push(error.text().clone());
                None
            }
        };
        match seen {
            Some(Lineup::Through { order_no }) => {
                self.state.stage = Stage::Verifying {
                    pick,
                    order_no,
                    older: false,
                    tries: 0,
                };
                self.ask_page();
            }
            Some(Lineup::Refused { text }) => self.line_refused(&pick, &Text::quoted(&text)),
            Some(Lineup::Waiting { text }) => {
                self.draft.said.push(Text::quoted(&text));
                self.ask_line();
            }
            None => self.ask_line(),
        }
    }

    fn line_refused(&mut self, pick: &Pick, text: &Text) {
        set_aside(&mut self.state.set_aside, pick.name.clone(), self.now, 0);
        self.state.hold.grow(self.now, 0);
        self.state.stage = Stage::Watching;
        self.state.looked.clear();
        let line = pick.text();
        let missed = Text::new(
            format!("{}：排队没排上，{}", line.zh, text.zh),
            format!("{}: the line ended without it, {}", line.en, text.en),
        );
        self.miss(missed.clone());
        self.draft.said.push(missed);
    }

    fn ask_page(&mut self) {
        let Stage::Verifying {
            pick,
            order_no,
            tries,
            ..
        } = &mut self.state.stage
        else {
            return;
        };
        let body = json!({ "do": "order", "hos": pick.department.hos, "order_no": order_no });
        let again = tries
            .checked_sub(1)
            .map(|tries| PAGE_AGAIN_S[(tries as usize).min(PAGE_AGAIN_S.len() - 1)]);
        *tries += 1;
        let at = later(self.now, again.unwrap_or(0));
        self.look_at("order", body, at);
    }

    pub(super) fn wait_for_page(&mut self, pick: &Pick, order_no: &str) {
        let line = pick.text();
        self.draft.rest(
            Phase::Working,
            "verifying",
            Text::new(
                format!("订单 {order_no} 正在核对，还没确认约上：{}", line.zh),
                format!(
                    "order {order_no} is being checked, not confirmed yet: {}",
                    line.en
                ),
            ),
        );
    }

    /// The order's page.
    pub(super) fn page_seen(&mut self, outcome: &Outcome) {
        let Stage::Verifying { pick, older, .. } = self.state.stage.clone() else {
            return;
        };
        match outcome.clone().into_result() {
            Ok(value) => match read::<Booking>(&value) {
                Some(booking) if booking.state != BookingState::Unknown => {
                    return self.settled(&pick, booking, older);
                }
                Some(booking) => self.draft.said.push(Text::quoted(&booking.state_text)),
                None => {}
            },
            Err(ServiceError::SignInLost { .. }) => self.signed_out(),
            Err(error) => self.draft.said.push(error.text().clone()),
        }
        self.ask_page();
    }

    /// The service's own page says how it stands.
    fn settled(&mut self, pick: &Pick, booking: Booking, older: bool) {
        if booking.state == BookingState::Cancelled {
            self.draft.say(
                format!("订单 {} 已被取消", booking.order_no),
                format!("order {} is cancelled", booking.order_no),
            );
            return self.line_refused(pick, &Text::new("订单显示已取消", "the order is cancelled"));
        }
        self.tell_booked(pick, &booking, older);
        self.show_booking(&booking, "booked");
        let after = After::new(pick, booking, older, self.now);
        self.state.stage = Stage::Booked { after };
        self.draft.withdraw_asks = true;
    }

    fn tell_booked(&mut self, pick: &Pick, booking: &Booking, older: bool) {
        let line = pick.text();
        let fee = booking.fee_fen.map(yuan).unwrap_or_default();
        let take = booking.take.join("；");
        let title = match older {
            true => Text::new(
                format!("这天这个科室已有预约：{}", line.zh),
                format!("there was a booking already: {}", line.en),
            ),
            false => Text::new(
                format!("约上了：{}", line.zh),
                format!("booked: {}", line.en),
            ),
        };
        let (official, order_no) = (official(), &booking.order_no);
        let body = Text::new(
            format!("订单号 {order_no} {fee}。{take}。{}", official.zh),
            format!("Order {order_no} {fee}. {take}. {}", official.en),
        );
        self.notice(&format!("booked/{order_no}"), Severity::Urgent, title, body);
    }

    /// A look as the account, not before a moment.
    pub(super) fn look_at(
        &mut self,
        tag: &str,
        body: serde_json::Value,
        at: daiban_core::Timestamp,
    ) {
        let known = self.draft.calls.len();
        self.look(tag, body);
        if let Some(call) = self.draft.calls.get_mut(known) {
            call.not_before = Some(at);
        }
    }
}
