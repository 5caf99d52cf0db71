import type { DevFile } from './dev-file.ts';

/** An example that sends a message, to paste into a shell. The tests run each example. */
export type Snippet = { readonly name: string; readonly needs: string; readonly shell: string };

const recipient = 'ada@example.com';
const html = '<p>Hello Ada, <a href=\\"https://example.com/welcome\\">have a look</a></p>';

export function snippetsFor(dev: DevFile): readonly Snippet[] {
  const { host, port } = dev.smtp;
  const { username, password } = dev.credential;
  const from = `hello@${dev.account.domain}`;
  return [
    {
      name: 'swaks',
      needs: 'swaks',
      shell: `swaks --server ${host}:${port} --auth PLAIN --auth-user ${username} --auth-password ${password} --from ${from} --to ${recipient} --header 'Subject: Hello from swaks' --body 'Hello Ada, have a look: https://example.com/welcome'`,
    },
    {
      name: 'curl',
      needs: 'curl',
      shell: `printf 'From: ${from}\\r\\nTo: ${recipient}\\r\\nSubject: Hello from curl\\r\\nContent-Type: text/html\\r\\n\\r\\n${html.replaceAll('\\"', '"')}\\r\\n' | curl --url smtp://${host}:${port} --user '${username}:${password}' --mail-from ${from} --mail-rcpt ${recipient} --upload-file -`,
    },
    {
      name: 'HTTP',
      needs: 'curl',
      shell: `curl ${dev.api.url}/v1/messages -H 'Authorization: Bearer ${dev.api.key}' -H 'Content-Type: application/json' -d '{"from":"${from}","to":"${recipient}","subject":"Hello over HTTP","html":"${html}"}'`,
    },
    {
      name: 'nodemailer',
      needs: 'node',
      shell: `node -e "require('nodemailer').createTransport({host:'${host}',port:${port},auth:{user:'${username}',pass:'${password}'}}).sendMail({from:'${from}',to:'${recipient}',subject:'Hello from nodemailer',html:'<a href=https://example.com/welcome>have a look</a>'}).then(sent=>console.log(sent.response))"`,
    },
    {
      name: 'Python',
      needs: 'python3',
      shell: `python3 -c "
import smtplib, email.message
m = email.message.EmailMessage()
m['From'], m['To'], m['Subject'] = '${from}', '${recipient}', 'Hello from Python'
m.set_content('Hello Ada'); m.add_alternative('<a href=https://example.com/welcome>have a look</a>', subtype='html')
s = smtplib.SMTP('${host}', ${port}); s.login('${username}', '${password}'); s.send_message(m); s.quit()"`,
    },
    {
      name: 'PHP',
      needs: 'php',
      shell: `php -r '$o = ["http" => ["method" => "POST", "header" => "Authorization: Bearer ${dev.api.key}\\r\\nContent-Type: application/json", "content" => json_encode(["from" => "${from}", "to" => "${recipient}", "subject" => "Hello from PHP", "text" => "Hello Ada"])]]; echo file_get_contents("${dev.api.url}/v1/messages", false, stream_context_create($o));'`,
    },
    {
      name: 'Go',
      needs: 'go',
      shell: `cat > waybill-send.go <<'GO'
package main

import "net/smtp"

func main() {
	auth := smtp.PlainAuth("", "${username}", "${password}", "${host}")
	body := []byte("From: ${from}\\r\\nTo: ${recipient}\\r\\nSubject: Hello from Go\\r\\n\\r\\nHello Ada\\r\\n")
	if err := smtp.SendMail("${host}:${port}", auth, "${from}", []string{"${recipient}"}, body); err != nil {
		panic(err)
	}
}
GO
go run waybill-send.go`,
    },
  ];
}
