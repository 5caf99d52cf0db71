/** Mantine's defaults, set once: density, radius, fonts of the system, one accent. Colours are in `tokens.css`. */
import {
  Button,
  type CSSVariablesResolver,
  createTheme,
  Menu,
  Modal,
  NativeSelect,
  PasswordInput,
  Textarea,
  TextInput,
} from '@mantine/core';

const field = { defaultProps: { size: 'sm' } } as const;

type ButtonLook = { readonly variant?: string | undefined; readonly color?: string | undefined };

/** Our colours have their contrast in both schemes; those that Mantine computes do not. */
function buttonColours({ variant = 'filled', color = 'var(--accent)' }: ButtonLook): Record<string, string> {
  if (variant === 'filled')
    return { '--button-bg': color, '--button-hover': color, '--button-color': 'var(--accent-ink)' };
  if (variant === 'subtle') return { '--button-color': color, '--button-hover': 'var(--accent-tint)' };
  return {};
}

export const theme = createTheme({
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Open Sans", sans-serif',
  fontFamilyMonospace: 'var(--mono)',
  defaultRadius: 4,
  primaryColor: 'accent',
  colors: {
    accent: [
      '#e3f1ef',
      '#c3e2de',
      '#9fd2cb',
      '#6cc7bb',
      '#46a99d',
      '#2c8a7f',
      '#1d756b',
      '#14625a',
      '#0e4f49',
      '#083b36',
    ],
  },
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { size: 'xs' },
      vars: (_theme, props) => ({ root: buttonColours(props) }),
    }),
    // Otherwise the focus is on nothing that can be seen when a menu opens. WCAG 2.2 §2.4.7.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Modal: Modal.extend({ defaultProps: { centered: true, overlayProps: { opacity: 0.4 } } }),
    NativeSelect: NativeSelect.extend(field),
    PasswordInput: PasswordInput.extend(field),
    Textarea: Textarea.extend(field),
    TextInput: TextInput.extend(field),
  },
});

/** Mantine's own names for our colours, so that its components follow them in both schemes. */
export const cssVariables: CSSVariablesResolver = () => {
  const scheme = {
    '--mantine-color-body': 'var(--paper)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-soft)',
    '--mantine-color-placeholder': 'var(--ink-soft)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-default': 'var(--paper)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-hover': 'var(--shade)',
    '--mantine-color-default-border': 'var(--line-strong)',
  };
  // The ground of a field.
  const dark = { ...scheme, '--mantine-color-dark-6': 'var(--shade)' };
  return { variables: {}, light: scheme, dark };
};
