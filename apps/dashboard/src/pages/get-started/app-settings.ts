/** The settings of well-known programs, in their own words, with the values of the account. */
import type { Connection } from './connection.ts';

export type AppSettings = {
  readonly name: string;
  /** Where the settings go. */
  readonly place: string;
  readonly text: (connection: Connection) => string;
};

const onOff = (is: boolean): string => (is ? 'true' : 'false');

const applications: readonly AppSettings[] = [
  {
    name: 'Alertmanager (Prometheus)',
    place: 'alertmanager.yml',
    text: ({ host, port, isTls, user, password, from }) => `global:
  smtp_smarthost: '${host}:${port}'
  smtp_from: '${from}'
  smtp_auth_username: '${user}'
  smtp_auth_password: '${password}'
  smtp_require_tls: ${onOff(isTls)}`,
  },
  {
    name: 'authentik',
    place: '.env',
    text: ({ host, port, isTls, user, password, from }) => `AUTHENTIK_EMAIL__HOST=${host}
AUTHENTIK_EMAIL__PORT=${port}
AUTHENTIK_EMAIL__USERNAME=${user}
AUTHENTIK_EMAIL__PASSWORD=${password}
AUTHENTIK_EMAIL__USE_TLS=${onOff(isTls)}
AUTHENTIK_EMAIL__FROM=${from}`,
  },
  {
    name: 'Discourse',
    place: 'containers/app.yml, below env',
    text: ({ host, port, isTls, user, password, from }) => `  DISCOURSE_SMTP_ADDRESS: ${host}
  DISCOURSE_SMTP_PORT: ${port}
  DISCOURSE_SMTP_USER_NAME: ${user}
  DISCOURSE_SMTP_PASSWORD: "${password}"
  DISCOURSE_SMTP_ENABLE_START_TLS: ${onOff(isTls)}
  DISCOURSE_NOTIFICATION_EMAIL: ${from}`,
  },
  {
    name: 'Ghost',
    place: 'config.production.json',
    text: ({ host, port, user, password, from }) =>
      JSON.stringify(
        {
          mail: {
            from,
            transport: 'SMTP',
            options: { host, port, secure: false, auth: { user, pass: password } },
          },
        },
        null,
        2,
      ),
  },
  {
    name: 'Gitea and Forgejo',
    place: 'app.ini',
    text: ({ host, port, isTls, user, password, from }) => `[mailer]
ENABLED   = true
PROTOCOL  = ${isTls ? 'smtp+starttls' : 'smtp'}
SMTP_ADDR = ${host}
SMTP_PORT = ${port}
USER      = ${user}
PASSWD    = ${password}
FROM      = ${from}`,
  },
  {
    name: 'GitLab',
    place: '/etc/gitlab/gitlab.rb',
    text: ({ host, port, isTls, user, password, from }) => `gitlab_rails['smtp_enable'] = true
gitlab_rails['smtp_address'] = '${host}'
gitlab_rails['smtp_port'] = ${port}
gitlab_rails['smtp_user_name'] = '${user}'
gitlab_rails['smtp_password'] = '${password}'
gitlab_rails['smtp_authentication'] = 'plain'
gitlab_rails['smtp_enable_starttls_auto'] = ${onOff(isTls)}
gitlab_rails['gitlab_email_from'] = '${from}'`,
  },
  {
    name: 'Grafana',
    place: 'grafana.ini',
    text: ({ host, port, isTls, user, password, from }) => `[smtp]
enabled = true
host = ${host}:${port}
user = ${user}
password = """${password}"""
from_address = ${from}
startTLS_policy = ${isTls ? 'MandatoryStartTLS' : 'NoStartTLS'}`,
  },
  {
    name: 'Keycloak',
    place: 'Realm settings, Email',
    text: ({ host, port, isTls, user, password, from }) => `From:             ${from}
Host:             ${host}
Port:             ${port}
Encryption:       ${isTls ? 'Enable StartTLS' : 'none'}
Authentication:   Enabled
Username:         ${user}
Password:         ${password}`,
  },
  {
    name: 'Mastodon',
    place: '.env.production',
    text: ({ host, port, isTls, user, password, from }) => `SMTP_SERVER=${host}
SMTP_PORT=${port}
SMTP_LOGIN=${user}
SMTP_PASSWORD=${password}
SMTP_AUTH_METHOD=plain
SMTP_ENABLE_STARTTLS=${isTls ? 'always' : 'never'}
SMTP_FROM_ADDRESS=${from}`,
  },
  {
    name: 'n8n',
    place: 'Environment',
    text: ({ host, port, isTls, user, password, from }) => `N8N_EMAIL_MODE=smtp
N8N_SMTP_HOST=${host}
N8N_SMTP_PORT=${port}
N8N_SMTP_USER=${user}
N8N_SMTP_PASS=${password}
N8N_SMTP_SENDER=${from}
N8N_SMTP_SSL=false
N8N_SMTP_STARTTLS=${onOff(isTls)}`,
  },
  {
    name: 'Nextcloud',
    place: 'config/config.php',
    text: ({ host, port, user, password, from }) => `'mail_smtpmode' => 'smtp',
'mail_smtphost' => '${host}',
'mail_smtpport' => '${port}',
'mail_smtpsecure' => '',
'mail_smtpauth' => true,
'mail_smtpname' => '${user}',
'mail_smtppassword' => '${password}',
'mail_from_address' => '${from.slice(0, from.lastIndexOf('@'))}',
'mail_domain' => '${from.slice(from.lastIndexOf('@') + 1)}',`,
  },
  {
    name: 'Odoo',
    place: 'odoo.conf',
    text: ({ host, port, isTls, user, password, from }) => `smtp_server = ${host}
smtp_port = ${port}
smtp_user = ${user}
smtp_password = ${password}
smtp_ssl = ${isTls ? 'True' : 'False'}
email_from = ${from}`,
  },
  {
    name: 'Sentry',
    place: 'sentry/config.yml',
    text: ({ host, port, isTls, user, password, from }) => `mail.backend: 'smtp'
mail.host: '${host}'
mail.port: ${port}
mail.username: '${user}'
mail.password: '${password}'
mail.use-tls: ${onOff(isTls)}
mail.from: '${from}'`,
  },
  {
    name: 'Supabase Auth',
    place: 'Environment',
    text: ({ host, port, user, password, from }) => `GOTRUE_SMTP_HOST=${host}
GOTRUE_SMTP_PORT=${port}
GOTRUE_SMTP_USER=${user}
GOTRUE_SMTP_PASS=${password}
GOTRUE_SMTP_ADMIN_EMAIL=${from}`,
  },
  {
    name: 'Vaultwarden',
    place: 'Environment',
    text: ({ host, port, isTls, user, password, from }) => `SMTP_HOST=${host}
SMTP_PORT=${port}
SMTP_SECURITY=${isTls ? 'starttls' : 'off'}
SMTP_USERNAME=${user}
SMTP_PASSWORD=${password}
SMTP_FROM=${from}`,
  },
  {
    name: 'WordPress (WP Mail SMTP)',
    place: 'wp-config.php',
    text: ({ host, port, isTls, user, password, from }) => `define( 'WPMS_ON', true );
define( 'WPMS_MAILER', 'smtp' );
define( 'WPMS_MAIL_FROM', '${from}' );
define( 'WPMS_SMTP_HOST', '${host}' );
define( 'WPMS_SMTP_PORT', ${port} );
define( 'WPMS_SSL', '${isTls ? 'tls' : ''}' );
define( 'WPMS_SMTP_AUTH', true );
define( 'WPMS_SMTP_USER', '${user}' );
define( 'WPMS_SMTP_PASS', '${password}' );`,
  },
];

const frameworks: readonly AppSettings[] = [
  {
    name: 'ASP.NET Core (MailKit)',
    place: 'C#',
    text: ({ host, port, isTls, user, password }) => `using var client = new MailKit.Net.Smtp.SmtpClient();
await client.ConnectAsync("${host}", ${port}, SecureSocketOptions.${isTls ? 'StartTls' : 'None'});
await client.AuthenticateAsync("${user}", "${password}");
await client.SendAsync(message);`,
  },
  {
    name: 'Django',
    place: 'settings.py',
    text: ({
      host,
      port,
      isTls,
      user,
      password,
      from,
    }) => `EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "${host}"
EMAIL_PORT = ${port}
EMAIL_HOST_USER = "${user}"
EMAIL_HOST_PASSWORD = "${password}"
EMAIL_USE_TLS = ${isTls ? 'True' : 'False'}
DEFAULT_FROM_EMAIL = "${from}"`,
  },
  {
    name: 'Laravel',
    place: '.env',
    text: ({ host, port, user, password, from }) => `MAIL_MAILER=smtp
MAIL_HOST=${host}
MAIL_PORT=${port}
MAIL_USERNAME=${user}
MAIL_PASSWORD=${password}
MAIL_FROM_ADDRESS=${from}`,
  },
  {
    name: 'Node.js (nodemailer)',
    place: 'JavaScript',
    text: ({ host, port, isTls, user, password }) => `const transport = nodemailer.createTransport({
  host: '${host}',
  port: ${port},
  requireTLS: ${onOff(isTls)},
  auth: { user: '${user}', pass: '${password}' },
});`,
  },
  {
    name: 'PHPMailer',
    place: 'PHP',
    text: ({ host, port, isTls, user, password, from }) => `$mail->isSMTP();
$mail->Host = '${host}';
$mail->Port = ${port};
$mail->SMTPAuth = true;
$mail->Username = '${user}';
$mail->Password = '${password}';
$mail->SMTPSecure = ${isTls ? 'PHPMailer::ENCRYPTION_STARTTLS' : "''"};
$mail->setFrom('${from}');`,
  },
  {
    name: 'Ruby on Rails',
    place: 'config/environments/production.rb',
    text: ({ host, port, isTls, user, password }) => `config.action_mailer.delivery_method = :smtp
config.action_mailer.smtp_settings = {
  address: "${host}",
  port: ${port},
  user_name: "${user}",
  password: "${password}",
  authentication: :plain,
  enable_starttls: ${onOff(isTls)}
}`,
  },
  {
    name: 'Spring Boot',
    place: 'application.properties',
    text: ({ host, port, isTls, user, password }) => `spring.mail.host=${host}
spring.mail.port=${port}
spring.mail.username=${user}
spring.mail.password=${password}
spring.mail.properties.mail.smtp.auth=true
spring.mail.properties.mail.smtp.starttls.required=${onOff(isTls)}`,
  },
  {
    name: 'Symfony',
    place: '.env',
    text: ({ host, port, user, password }) =>
      `MAILER_DSN=smtp://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}`,
  },
];

export const appSettings: readonly AppSettings[] = [...applications, ...frameworks];
