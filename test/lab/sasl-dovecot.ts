/** A Dovecot 2.3 that does nothing but check the logins of a Postfix beside it, alice's by her file. */
export const saslDovecot = `base_dir = @LAB@/run
state_dir = @LAB@/state
log_path = @LAB@/dovecot.log
protocols = none
ssl = no
default_vsz_limit = 1G
service auth {
  unix_listener @LAB@/queue/private/auth {
    mode = 0666
  }
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN @LAB@/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=@LAB@
}
`;
