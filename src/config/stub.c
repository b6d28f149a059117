#include "config/config.h"
#include "base/str.h"
#include "base/xdg.h"
#include <stdlib.h>
int ses_config_load(struct ses_config *c, const struct ses_config_flags *f, const char *cwd, struct seshat_err *err){struct ses_buf b={0};(void)cwd;*c=(struct ses_config){0};ses_buf_str(&b,"file://");if(ses_xdg_path(SES_XDG_DATA,"vault",&b,err)<0)return -1;c->store=ses_str_dup(f->store?f->store:ses_buf_cstr(&b));if(f->project){c->project=ses_str_dup(f->project);c->project_is_flag=1;}ses_buf_free(&b);return 0;}
void ses_config_free(struct ses_config *c){free(c->store);free(c->project);}
