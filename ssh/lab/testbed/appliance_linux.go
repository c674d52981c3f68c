package testbed

import (
	"context"
	"errors"
	"os"
	"time"
)

// appliance is the SSM: nginx before the application, Redis behind it, and
// rsyslog, which all of them log to.
type appliance struct {
	*space
	nginx, redis, sshd *daemon
	syslog             *daemon // rsyslogd, or systemd-journald alone
	app                *App
	certs              *authority
	replaced           []string // programs that a script runs in place of
}

// appliance begins all of the SSM.
func (tb *Testbed) appliance() (err error) {
	if tb.ssm.certs, err = newAuthority(); err != nil {
		return err
	}
	for _, step := range []func() error{tb.ssm.logs, tb.ssm.front, tb.ssm.counts, tb.ssm.app.begin} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

const rsyslogConfig = `module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="/run/log.sock" CreatePath="on" RateLimit.Interval="0" SysSock.UsePIDFromSystem="off")
global(maxMessageSize="32k" parser.escapeControlCharactersOnReceive="on")
module(load="builtin:omfile" Template="RSYSLOG_TraditionalFileFormat" fileCreateMode="0644")
*.* /var/log/messages
`

const nginxConfig = `daemon off;
pid /run/nginx.pid;
user root;
worker_processes 2;
error_log syslog:server=unix:/run/log.sock,tag=c622071eeabd,nohostname info;
events {}
http {
  log_format published '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"';
  access_log syslog:server=unix:/run/log.sock,tag=c622071eeabd,nohostname published;
  client_body_temp_path /run/nginx-body;
  proxy_temp_path /run/nginx-proxy;
  fastcgi_temp_path /run/nginx-fastcgi;
  uwsgi_temp_path /run/nginx-uwsgi;
  scgi_temp_path /run/nginx-scgi;
  upstream backend {
    server [fd00:dead:beef::5]:3000;
    server 172.18.0.5:3000;
  }
  server {
    listen 8443 ssl;
    ssl_certificate /run/tls/cert.pem;
    ssl_certificate_key /run/tls/key.pem;
    location /backend/ {
      proxy_pass http://backend/;
      proxy_connect_timeout 2s;
      proxy_read_timeout 5s;
    }
  }
}
`

const plainConfig = `daemon off;
pid /run/nginx.pid;
user root;
error_log syslog:server=unix:/run/log.sock,tag=c622071eeabd,nohostname info;
events {}
http {
  access_log syslog:server=unix:/run/log.sock,tag=c622071eeabd,nohostname;
  server { listen 8443; return 404; }
}
`

// logs begins the SSM's /var/log/messages.
func (s *appliance) logs() error {
	err := errors.Join(s.write("/run/rsyslog.conf", rsyslogConfig, 0o644), s.write("/var/log/messages", "", 0o644))
	if err != nil {
		return err
	}
	s.syslog, err = s.run(s.listens, "rsyslogd", "-n", "-f", "/run/rsyslog.conf", "-i", "NONE")
	return err
}

// listens reports whether the log's socket is there.
func (s *appliance) listens() bool {
	_, err := os.Stat(s.at("/run/log.sock"))
	return err == nil
}

// front begins nginx with a certificate of the testbed's authority.
func (s *appliance) front() error {
	if err := s.certificate(good); err != nil {
		return err
	}
	return s.serve(nginxConfig)
}

// serve runs nginx with a configuration, in place of what ran.
func (s *appliance) serve(config string) error {
	if s.nginx != nil {
		if err := s.nginx.stop(); err != nil {
			return err
		}
	}
	if err := s.write("/run/nginx.conf", config, 0o644); err != nil {
		return err
	}
	var err error
	s.nginx, err = s.run(s.serves, "nginx", "-c", "/run/nginx.conf", "-e", "/run/nginx.start")
	return err
}

// serves reports whether the front's port is open, as the SSM itself sees it.
func (s *appliance) serves() bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	c, err := s.dial(ctx, "tcp", "127.0.0.1:8443")
	if err != nil {
		return false
	}
	_ = c.Close() // it was only looked at
	return true
}
