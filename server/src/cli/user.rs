//! `postura user`.

use super::DONE;
use clap::{Args, Subcommand};
use model::policy::Role;
use model::view::settings::NewUser;
use service::Service;
use service::request::Session;
use std::io::BufRead;
use std::sync::Arc;

/// Manage the people who can sign in.
#[derive(Args, Debug)]
pub struct User {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Subcommand, Debug)]
enum UserCommand {
    /// Add a person. The password is read from the first line of standard input.
    Add {
        /// What they sign in with.
        login: String,
        /// Their name; the login if not given.
        #[arg(long)]
        name: Option<String>,
        /// admin, analyst, lead, executive, member or auditor.
        #[arg(long, default_value = "analyst")]
        role: String,
    },
    /// Make a one-time link by which a person chooses a new password: the way back in when nobody else can help.
    Reset {
        /// What they sign in with.
        login: String,
        /// Also take their second factor away.
        #[arg(long)]
        second_factor: bool,
        /// Also let them in again, if they were kept out.
        #[arg(long)]
        enable: bool,
    },
    /// Say that a person of the identity provider is somebody who is here already.
    Link {
        /// What they sign in with here.
        login: String,
        /// Their subject (`sub`) at the provider, as the audit log names it when they are refused.
        subject: String,
    },
}

impl User {
    /// Runs the sub-command.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "user").await?;
        match self.command {
            UserCommand::Add { login, name, role } => add(&session, login, name, &role).await,
            UserCommand::Reset { login, second_factor, enable } => {
                if enable {
                    ports::Settings::set_user_enabled(&session, login.clone(), true).await?;
                }
                if second_factor {
                    session.remove_second_factor_of(&login).await?;
                }
                let token = session.reset_link(&login).await?;
                println!("For one day, and once, {login} can choose a password at Postura's address with this path:");
                println!("/welcome?token={token}");
                Ok(DONE)
            }
            UserCommand::Link { login, subject } => {
                session.oidc_link(&login, &subject).await?;
                println!("{subject} of the identity provider is {login}.");
                Ok(DONE)
            }
        }
    }
}

async fn add(session: &Session, login: String, name: Option<String>, role: &str) -> anyhow::Result<u8> {
    let role: Role = role.parse().map_err(|()| anyhow::anyhow!("no such role: {role}"))?;
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password)?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    let name = name.unwrap_or_else(|| login.clone());
    ports::Settings::add_user(session, NewUser { login: login.clone(), name, role, password }).await?;
    println!("{login} can sign in.");
    Ok(DONE)
}
