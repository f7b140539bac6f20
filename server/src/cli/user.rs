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
}

impl User {
    /// Runs the sub-command.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let UserCommand::Add { login, name, role } = self.command;
        let role: Role = role.parse().map_err(|()| anyhow::anyhow!("no such role: {role}"))?;
        let mut password = String::new();
        std::io::stdin().lock().read_line(&mut password)?;
        let password = password.trim_end_matches(['\r', '\n']).to_owned();
        let session = Session::operator(service, "user").await?;
        let name = name.unwrap_or_else(|| login.clone());
        ports::Settings::add_user(&session, NewUser { login: login.clone(), name, role, password }).await?;
        println!("{login} can sign in.");
        Ok(DONE)
    }
}
