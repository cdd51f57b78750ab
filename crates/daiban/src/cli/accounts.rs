//! `daiban account`.

use daiban_core::account::{Account as Row, AccountState};
use serde_json::{Value, json};

use super::{
    args::{Account, TrialFlags},
    context::{Context, secrets, settings},
    out::Done,
    sign_in,
};
use crate::{
    app::{AccountChange, AppError, NewAccount, TrialWish},
    say::{self, Table},
};

pub(super) async fn run(context: &Context, verb: Account) -> Result<Done, AppError> {
    let (app, actor, out) = (context.app(), &context.actor, context.out);
    match verb {
        Account::Add {
            service,
            name,
            settings: set,
            secrets: from_stdin,
            trial: flags,
        } => {
            let new = NewAccount {
                service: service.parse()?,
                name,
                settings: settings(&set)?,
                secrets: secrets(from_stdin.is_some())?,
                trial: trial(flags),
            };
            let account = app.add_account(actor, new).await?;
            Ok(one(context, &account))
        }
        Account::List => {
            let accounts = app.accounts(actor).await?;
            let mut table = Table::new(&[
                "id",
                out.say("服务", "service"),
                out.say("名称", "name"),
                out.say("状态", "state"),
                out.say("问题", "problem"),
            ]);
            for account in &accounts {
                let problem = account
                    .problem
                    .as_ref()
                    .map(|text| text.in_lang(out.lang).to_owned());
                table.row([
                    account.id.to_string(),
                    account.service.to_string(),
                    account.name.clone(),
                    account.state.as_str().to_owned(),
                    problem.unwrap_or_default(),
                ]);
            }
            Ok(Done::new(
                accounts
                    .iter()
                    .map(|account| say::account(app, account, out.lang))
                    .collect(),
                table.to_text(),
            ))
        }
        Account::Show { id } => Ok(one(context, &context.account(&id).await?)),
        Account::SignIn {
            id,
            way,
            settings: set,
            secrets: from_stdin,
            trial: flags,
        } => {
            if from_stdin.is_some() || !set.is_empty() {
                let change = AccountChange {
                    settings: settings(&set)?,
                    secrets: secrets(from_stdin.is_some())?,
                    trial: trial(flags),
                    ..AccountChange::default()
                };
                let account = context.account_id(&id).await?;
                app.update_account(actor, &account, change).await?;
            }
            sign_in::run(context, &id, way.as_deref()).await
        }
        Account::Remove { id } => {
            let account = context.account(&id).await?;
            app.remove_account(actor, &account.id).await?;
            let words = out.say(
                "已删除，密钥一并删除，历史保留",
                "removed with its secrets; history stays",
            );
            Ok(Done::new(json!({ "removed": account.id }), words))
        }
    }
}

fn trial(flags: TrialFlags) -> TrialWish {
    match flags {
        TrialFlags {
            unchecked: true, ..
        } => TrialWish::Unchecked,
        TrialFlags { checked: true, .. } => TrialWish::Strict,
        _ => TrialWish::Usual,
    }
}

/// An account in full.
pub(super) fn one(context: &Context, account: &Row) -> Done {
    let out = context.out;
    let json = say::account(context.app(), account, out.lang);
    let mut text = format!(
        "{}  {}  {}  {}\n",
        account.id,
        account.service,
        account.name,
        state(context, account.state)
    );
    for (name, value) in context.app().shown_settings(account) {
        text.push_str(&format!("  {name} = {value}\n"));
    }
    if let Value::String(problem) = &json["problem"] {
        text.push_str(&format!("  {}{problem}\n", out.say("问题：", "problem: ")));
    }
    Done::new(json, text)
}

fn state(context: &Context, state: AccountState) -> &'static str {
    match state {
        AccountState::New => context.out.say("未登录", "new"),
        AccountState::Ready => context.out.say("就绪", "ready"),
        AccountState::SignInLost => context.out.say("登录失效", "sign-in lost"),
    }
}
