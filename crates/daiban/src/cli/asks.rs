//! `daiban ask`.

use daiban_core::{
    ask::{Answer, AskState},
    dates,
    id::AskId,
    invalid::InvalidInput,
};
use serde_json::Value;

use super::{
    args::{Ask, Given},
    context::{Context, PATIENCE},
    out::Done,
};
use crate::{
    app::AppError,
    say::{self, Table},
};

pub(super) async fn run(context: &Context, verb: Ask) -> Result<Done, AppError> {
    let (app, actor, out) = (context.app(), &context.actor, context.out);
    match verb {
        Ask::List { all } => {
            let asks = app.asks(actor, (!all).then_some(AskState::Open)).await?;
            let mut table = Table::new(&[
                "id",
                out.say("类型", "kind"),
                out.say("服务", "service"),
                out.say("截止", "deadline"),
                out.say("事情", "title"),
            ]);
            for ask in &asks {
                let said = say::ask(ask, out.lang);
                table.row([
                    ask.id.to_string(),
                    super::people::word(&said["kind"]),
                    ask.service.to_string(),
                    ask.ask.deadline.map(dates::rfc3339).unwrap_or_default(),
                    ask.ask.title.in_lang(out.lang).to_owned(),
                ]);
            }
            Ok(Done::new(
                asks.iter().map(|ask| say::ask(ask, out.lang)).collect(),
                table.to_text(),
            ))
        }
        Ask::Show { id, save_picture } => {
            let id = AskId::from(id);
            let ask = app.ask(actor, &id).await?;
            if let Some(path) = save_picture {
                let picture = app.ask_picture(actor, &id).await?;
                std::fs::write(&path, picture.bytes)
                    .map_err(|error| AppError::Internal(format!("{}: {error}", path.display())))?;
            }
            let text = format!(
                "{}\n{}",
                ask.ask.title.in_lang(out.lang),
                ask.ask.body.in_lang(out.lang)
            );
            Ok(Done::new(say::ask(&ask, out.lang), text))
        }
        Ask::Answer(answer) => {
            let id = AskId::from(answer.id);
            let ask = app.answer(actor, &id, given(answer.given)?).await?;
            out.progress(out.say("已回答，接着办…", "answered; going on…"));
            context.carry(&ask.errand, PATIENCE).await?;
            let ask = app.ask(actor, &id).await?;
            let errand = app.errand(actor, &ask.errand).await?;
            let mut said = say::ask(&ask, out.lang);
            said["errand_state"] = Value::from(errand.phase.as_str());
            Ok(Done::new(said, errand.reason.in_lang(out.lang)))
        }
    }
}

fn given(given: Given) -> Result<Answer, AppError> {
    if let Some(text) = given.text {
        return Ok(Answer::Text(text));
    }
    if !given.points.is_empty() {
        return points(&given.points);
    }
    Ok(if given.approve {
        Answer::Approved
    } else {
        Answer::Denied
    })
}

/// Points as typed: `X,Y` each.
pub(super) fn points(typed: &[String]) -> Result<Answer, AppError> {
    let wrong = || {
        AppError::Invalid(InvalidInput::new(
            "point",
            "应当是像素坐标，例如 12,34",
            "should be pixels such as 12,34",
        ))
    };
    let point = |text: &String| {
        let (x, y) = text.split_once([',', '，'])?;
        Some((x.trim().parse().ok()?, y.trim().parse().ok()?))
    };
    let points: Option<Vec<(u32, u32)>> = typed.iter().map(point).collect();
    points
        .filter(|points| !points.is_empty())
        .map(Answer::Points)
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn points_are_pixels() {
        let typed = |words: &[&str]| {
            points(
                &words
                    .iter()
                    .map(|&word| word.to_owned())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(
            typed(&["1,2", "30，4"]).unwrap(),
            Answer::Points(vec![(1, 2), (30, 4)])
        );
        for bad in [&[][..], &["1"], &["a,b"], &["-1,2"], &["1.5,2"]] {
            assert_eq!(typed(bad).unwrap_err().field(), Some("point"));
        }
    }
}
