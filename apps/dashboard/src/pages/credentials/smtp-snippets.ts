/** How well-known clients send by an SMTP credential: each text holds the real values, and works when it is pasted. */
export type SmtpLogin = {
  readonly host: string;
  readonly port: number;
  readonly security: 'starttls' | 'tls' | 'none';
  readonly username: string;
  readonly password: string;
  readonly from: string;
};

export type Snippet = readonly [name: string, text: string];

const TO = 'ada@example.com';

const swaksTls = { starttls: ' --tls', tls: ' --tls-on-connect', none: '' } as const;

const shell = (login: SmtpLogin): readonly Snippet[] => {
  const { host, port, security, username, password, from } = login;
  const scheme = security === 'tls' ? 'smtps' : 'smtp';
  return [
    [
      'swaks',
      `swaks --server ${host}:${port}${swaksTls[security]} --auth PLAIN --auth-user '${username}' --auth-password '${password}' \\
  --from ${from} --to ${TO} --header 'Subject: Hello' --body 'Hello Ada'`,
    ],
    [
      'curl',
      `printf 'From: ${from}\\r\\nTo: ${TO}\\r\\nSubject: Hello\\r\\n\\r\\nHello Ada\\r\\n' |
  curl --url ${scheme}://${host}:${port}${security === 'starttls' ? ' --ssl-reqd' : ''} --user '${username}:${password}' \\
  --mail-from ${from} --mail-rcpt ${TO} --upload-file -`,
    ],
  ];
};

const languages = (login: SmtpLogin): readonly Snippet[] => {
  const { host, port, security, username, password, from } = login;
  const python = security === 'tls' ? 'SMTP_SSL' : 'SMTP';
  const mailer = { starttls: "'tls'", tls: "'ssl'", none: "''" }[security];
  const mailkit = { starttls: 'StartTls', tls: 'SslOnConnect', none: 'None' }[security];
  return [
    [
      'Node.js (nodemailer)',
      `import nodemailer from 'nodemailer';

const transport = nodemailer.createTransport({
  host: '${host}',
  port: ${port},
  secure: ${security === 'tls'},
  auth: { user: '${username}', pass: '${password}' },
});
await transport.sendMail({ from: '${from}', to: '${TO}', subject: 'Hello', text: 'Hello Ada' });`,
    ],
    [
      'Python (smtplib)',
      `import smtplib
from email.message import EmailMessage

message = EmailMessage()
message['From'], message['To'], message['Subject'] = '${from}', '${TO}', 'Hello'
message.set_content('Hello Ada')
with smtplib.${python}('${host}', ${port}) as server:${security === 'starttls' ? '\n    server.starttls()' : ''}
    server.login('${username}', '${password}')
    server.send_message(message)`,
    ],
    [
      'PHP (PHPMailer)',
      `$mail = new PHPMailer\\PHPMailer\\PHPMailer(true);
$mail->isSMTP();
$mail->Host = '${host}';
$mail->Port = ${port};
$mail->SMTPSecure = ${mailer};
$mail->SMTPAuth = true;
$mail->Username = '${username}';
$mail->Password = '${password}';
$mail->setFrom('${from}');
$mail->addAddress('${TO}');
$mail->Subject = 'Hello';
$mail->Body = 'Hello Ada';
$mail->send();`,
    ],
    [
      'C# (MailKit)',
      `using var client = new MailKit.Net.Smtp.SmtpClient();
client.Connect("${host}", ${port}, MailKit.Security.SecureSocketOptions.${mailkit});
client.Authenticate("${username}", "${password}");
client.Send(new MimeKit.MimeMessage(
    [MimeKit.MailboxAddress.Parse("${from}")], [MimeKit.MailboxAddress.Parse("${TO}")],
    "Hello", new MimeKit.TextPart("plain") { Text = "Hello Ada" }));
client.Disconnect(true);`,
    ],
    [
      'Java (Jakarta Mail)',
      `mail.smtp.host=${host}
mail.smtp.port=${port}
mail.smtp.auth=true
mail.smtp.starttls.enable=${security === 'starttls'}
mail.smtp.ssl.enable=${security === 'tls'}
mail.smtp.user=${username}
mail.smtp.password=${password}`,
    ],
  ];
};

const frameworks = (login: SmtpLogin): readonly Snippet[] => {
  const { host, port, security, username, password, from } = login;
  return [
    [
      'Rails',
      `config.action_mailer.delivery_method = :smtp
config.action_mailer.smtp_settings = {
  address: '${host}', port: ${port}, user_name: '${username}', password: '${password}',
  authentication: :plain, enable_starttls: ${security === 'starttls'}, tls: ${security === 'tls'}
}`,
    ],
    [
      'Django',
      `EMAIL_HOST = '${host}'
EMAIL_PORT = ${port}
EMAIL_HOST_USER = '${username}'
EMAIL_HOST_PASSWORD = '${password}'
EMAIL_USE_TLS = ${security === 'starttls' ? 'True' : 'False'}
EMAIL_USE_SSL = ${security === 'tls' ? 'True' : 'False'}
DEFAULT_FROM_EMAIL = '${from}'`,
    ],
    [
      'Laravel',
      `MAIL_MAILER=smtp
MAIL_SCHEME=${security === 'tls' ? 'smtps' : 'smtp'}
MAIL_HOST=${host}
MAIL_PORT=${port}
MAIL_USERNAME=${username}
MAIL_PASSWORD=${password}
MAIL_FROM_ADDRESS=${from}`,
    ],
    [
      'Spring Boot',
      `spring.mail.host=${host}
spring.mail.port=${port}
spring.mail.username=${username}
spring.mail.password=${password}
spring.mail.properties.mail.smtp.auth=true
spring.mail.properties.mail.smtp.starttls.enable=${security === 'starttls'}
spring.mail.properties.mail.smtp.ssl.enable=${security === 'tls'}`,
    ],
    [
      'Symfony',
      `MAILER_DSN=${security === 'tls' ? 'smtps' : 'smtp'}://${encodeURIComponent(username)}:${encodeURIComponent(password)}@${host}:${port}`,
    ],
    [
      'Postfix (relayhost)',
      `# /etc/postfix/main.cf
relayhost = [${host}]:${port}
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd
smtp_sasl_security_options = noanonymous
smtp_tls_security_level = ${security === 'none' ? 'may' : 'encrypt'}
smtp_tls_wrappermode = ${security === 'tls' ? 'yes' : 'no'}

# /etc/postfix/sasl_passwd, then: postmap /etc/postfix/sasl_passwd
[${host}]:${port} ${username}:${password}`,
    ],
  ];
};

export const smtpSnippets = (login: SmtpLogin): readonly Snippet[] => [
  ...shell(login),
  ...languages(login),
  ...frameworks(login),
];
